"""The samples of those who made the styles, retyped: a work, and the reference that they print of it.

Vancouver: "Samples of Formatted References for Authors of Journal Articles" (National Library of Medicine, after the
ICMJE's recommendations), without the numbers of identifiers and the day of the issue. APA: the reference examples of
apastyle.apa.org and of the Publication Manual, 7th edition.
"""

from __future__ import annotations

from sequela.evidence.works import Author, Notice, Work


def people(text: str) -> tuple[Author, ...]:
    found = []
    for name in text.split("; "):
        family, given, suffix, *_ = [*name.split(", "), "", ""]
        found.append(Author(family, given, suffix=suffix))
    return tuple(found)


def article(title: str, journal: str, issued: str, volume: str, issue: str, page: str, **more: object) -> Work:
    place = {"volume": volume, "issue": issue, "page": page, "container_title": journal}
    return Work("k", "article-journal", title, issued, **place | more)  # type: ignore[arg-type]


VANCOUVER = [
    (
        article(
            "Solid-organ transplantation in HIV-infected patients",
            "New England Journal of Medicine",
            *("2002-07-25", "347", "4", "284-287"),
            container_title_short="N Engl J Med",
            authors=people("Halpern, Scott D.; Ubel, Peter A.; Caplan, Arthur L."),
        ),
        "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med. "
        "2002;347(4):284-7.",
    ),
    (
        article(
            "Regulation of interstitial excitatory amino acid concentrations after cortical contusion injury",
            "Brain Res",
            *("2002", "935", "1-2", "40-46"),
            authors=people("Rose, ME; Huerbin, MB; Melick, J; Marion, DW; Palmer, AM; Schiding, JK; Kochanek, PM"),
        ),
        "Rose ME, Huerbin MB, Melick J, Marion DW, Palmer AM, Schiding JK, et al. Regulation of "
        "interstitial excitatory "
        "amino acid concentrations after cortical contusion injury. Brain Res. 2002;935(1-2):40-6.",
    ),
    (
        article(
            "Hypertension, insulin, and proinsulin in participants with impaired glucose tolerance",
            "Hypertension",
            *("2002", "40", "5", "679-686"),
            corporate_authors=("Diabetes Prevention Program Research Group",),
        ),
        "Diabetes Prevention Program Research Group. Hypertension, insulin, and proinsulin in "
        "participants with impaired "
        "glucose tolerance. Hypertension. 2002;40(5):679-86.",
    ),
    (
        article(
            "Sexual dysfunction in 1,274 European men suffering from lower urinary tract symptoms",
            "J Urol",
            *("2003", "169", "6", "2257-2261"),
            authors=people("Vallancien, G; Emberton, M; Harving, N; van Moorselaar, RJ"),
            corporate_authors=("Alf-One Study Group",),
        ),
        "Vallancien G, Emberton M, Harving N, van Moorselaar RJ; Alf-One Study Group. Sexual dysfunction in 1,274 "
        "European men suffering from lower urinary tract symptoms. J Urol. 2003;169(6):2257-61.",
    ),
    (
        article("21st century heart solution may have a sting in the tail", "BMJ", "2002", "325", "7357", "184-184"),
        "21st century heart solution may have a sting in the tail. BMJ. 2002;325(7357):184.",
    ),
    (
        article(
            "Sykdomsangst blant medisin- og jusstudenter",
            "Tidsskr Nor Laegeforen",
            *("2002", "122", "8", "785-787"),
            authors=people("Ellingsen, AE; Wilhelmsen, I"),
            language="nor",
        ),
        "Ellingsen AE, Wilhelmsen I. Sykdomsangst blant medisin- og jusstudenter. Tidsskr Nor Laegeforen. "
        "2002;122(8):785-7. Norwegian.",
    ),
    (
        article(
            "Tolerability and safety of frovatriptan with short- and long-term use",
            "Headache",
            *("2002", "42 Suppl 2", "", "S93-S99"),
            authors=people("Geraud, G; Spierings, EL; Keywood, C"),
        ),
        "Geraud G, Spierings EL, Keywood C. Tolerability and safety of frovatriptan with short- and long-term use. "
        "Headache. 2002;42 Suppl 2:S93-9.",
    ),
    (
        article(
            "The politics of ethical consensus finding",
            "Bioethics",
            *("2002", "16", "2", "iii-v"),
            authors=people("Chadwick, R; Schuklenk, U"),
        ),
        "Chadwick R, Schuklenk U. The politics of ethical consensus finding. Bioethics. 2002;16(2):iii-v.",
    ),
    (
        article(
            "Safety and tolerability of a rapidly escalating dose-loading regimen for risperidone",
            "J Clin Psychiatry",
            *("2000", "61", "12", "909-911"),
            authors=people("Feifel, D; Moutier, CY; Perry, W"),
            status="retracted",
            notices=(Notice("retraction", "Feifel D, Moutier CY, Perry W. J Clin Psychiatry. 2002;63(2):169."),),
        ),
        "Feifel D, Moutier CY, Perry W. Safety and tolerability of a rapidly escalating dose-loading regimen for "
        "risperidone. J Clin Psychiatry. 2000;61(12):909-11. Retraction in: Feifel D, Moutier CY, Perry W. J Clin "
        "Psychiatry. 2002;63(2):169.",
    ),
    (
        Work(
            "k",
            "book",
            "Medical microbiology",
            "2002",
            authors=people("Murray, PR; Rosenthal, KS; Kobayashi, GS; Pfaller, MA"),
            edition="4",
            publisher="Mosby",
            publisher_place="St. Louis",
        ),
        "Murray PR, Rosenthal KS, Kobayashi GS, Pfaller MA. Medical microbiology. 4th ed. St. Louis: Mosby; 2002.",
    ),
    (
        Work(
            "k",
            "book",
            "Operative obstetrics",
            "2002",
            editors=people("Gilstrap, LC, III; Cunningham, FG; VanDorsten, JP"),
            edition="2nd ed.",
            publisher="McGraw-Hill",
            publisher_place="New York",
        ),
        "Gilstrap LC 3rd, Cunningham FG, VanDorsten JP, editors. Operative obstetrics. 2nd ed. New York: McGraw-Hill; "
        "2002.",
    ),
    (
        Work(
            "k",
            "book",
            "Adolescent pregnancy",
            "2001",
            authors=people("Breedlove, GK; Schorfheide, AM"),
            editors=people("Wieczorek, RR"),
            edition="2nd",
            publisher="March of Dimes Education Services",
            publisher_place="White Plains (NY)",
        ),
        "Breedlove GK, Schorfheide AM. Adolescent pregnancy. 2nd ed. Wieczorek RR, editor. White Plains (NY): March of "
        "Dimes Education Services; 2001.",
    ),
    (
        Work(
            "k",
            "chapter",
            "Chromosome alterations in human solid tumors",
            "2002",
            authors=people("Meltzer, PS; Kallioniemi, A; Trent, JM"),
            editors=people("Vogelstein, B; Kinzler, KW"),
            container_title="The genetic basis of human cancer",
            publisher="McGraw-Hill",
            publisher_place="New York",
            page="93-113",
        ),
        "Meltzer PS, Kallioniemi A, Trent JM. Chromosome alterations in human solid tumors. In: "
        "Vogelstein B, Kinzler KW, "
        "editors. The genetic basis of human cancer. New York: McGraw-Hill; 2002. p. 93-113.",
    ),
    (
        Work(
            "k",
            "webpage",
            "Cancer-Pain.org",
            "2002-05-16",
            publisher="Association of Cancer Online Resources, Inc.",
            publisher_place="New York",
            url="http://www.cancer-pain.org/",
        ),
        "Cancer-Pain.org [Internet]. New York: Association of Cancer Online Resources, Inc.; 2002. Available from: "
        "http://www.cancer-pain.org/",
    ),
]

APA = [
    (
        article(
            "Emotions in storybooks: A comparison of storybooks that represent ethnic and racial groups in the United "
            "States",
            "Psychology of Popular Media Culture",
            *("2019", "8", "3", "207-217"),
            authors=people("Grady, J. S.; Her, M.; Moreno, G.; Perez, C.; Yelinek, J."),
            doi="10.1037/ppm0000185",
        ),
        "Grady, J. S., Her, M., Moreno, G., Perez, C., & Yelinek, J. (2019). Emotions in storybooks: A comparison of "
        "storybooks that represent ethnic and racial groups in the United States. Psychology of Popular Media Culture, "
        "8(3), 207–217. https://doi.org/10.1037/ppm0000185",
    ),
    (
        article(
            "Silence and table manners: When environments activate norms",
            "Personality and Social Psychology Bulletin",
            *("2008", "34", "8", "1047-1056"),
            authors=people("Joly, Janneke F.; Stapel, Diederik A.; Lindenberg, Siegwart M."),
            doi="10.1177/0146167208318401",
            status="retracted",
            notices=(Notice("retraction", "2012, Personality and Social Psychology Bulletin, 38[10], 1378"),),
        ),
        "Joly, J. F., Stapel, D. A., & Lindenberg, S. M. (2008). Silence and table manners: When environments activate "
        "norms. Personality and Social Psychology Bulletin, 34(8), 1047–1056. https://doi.org/10.1177/0146167208318401 "
        "(Retraction published 2012, Personality and Social Psychology Bulletin, 38[10], 1378)",
    ),
    (
        Work(
            "k",
            "book",
            "The psychology of prejudice: From attitudes to social action",
            "2019",
            authors=people("Jackson, L. M."),
            edition="2",
            publisher="American Psychological Association",
            doi="10.1037/0000168-000",
        ),
        "Jackson, L. M. (2019). The psychology of prejudice: From attitudes to social action (2nd ed.). American "
        "Psychological Association. https://doi.org/10.1037/0000168-000",
    ),
    (
        Work(
            "k",
            "book",
            "Nanotechnology based approaches for tuberculosis treatment",
            "2020",
            editors=people("Kesharwani, P."),
            publisher="Academic Press",
        ),
        "Kesharwani, P. (Ed.). (2020). Nanotechnology based approaches for tuberculosis treatment. Academic Press.",
    ),
    (
        Work(
            "k",
            "chapter",
            "Culinary arts: Talent and their development",
            "2019",
            authors=people("Aron, L.; Botella, M.; Lubart, T."),
            editors=people("Subotnik, R. F.; Olszewski-Kubilius, P.; Worrell, F. C."),
            container_title=(
                "The psychology of high performance: Developing human potential into domain-specific talent"
            ),
            page="345-359",
            publisher="American Psychological Association",
            doi="10.1037/0000120-016",
        ),
        "Aron, L., Botella, M., & Lubart, T. (2019). Culinary arts: Talent and their "
        "development. In R. F. Subotnik, P. "
        "Olszewski-Kubilius, & F. C. Worrell (Eds.), The psychology of high performance: "
        "Developing human potential into "
        "domain-specific talent (pp. 345–359). American Psychological Association. https://doi.org/10.1037/0000120-016",
    ),
    (
        Work(
            "k",
            "webpage",
            "The top 10 causes of death",
            "2018-05-24",
            corporate_authors=("World Health Organization",),
            publisher="World Health Organization",
            url="https://www.who.int/news-room/fact-sheets/detail/the-top-10-causes-of-death",
        ),
        "World Health Organization. (2018, May 24). The top 10 causes of death. "
        "https://www.who.int/news-room/fact-sheets/detail/the-top-10-causes-of-death",
    ),
    (
        Work(
            "k",
            "webpage",
            "What employers should do to protect nurses from Zika",
            corporate_authors=("National Nurses United",),
            url="https://www.nationalnursesunited.org/pages/what-employers-should-do-to-protect-rns-from-zika",
        ),
        "National Nurses United. (n.d.). What employers should do to protect nurses from Zika. "
        "https://www.nationalnursesunited.org/pages/what-employers-should-do-to-protect-rns-from-zika",
    ),
    (
        article(
            "Teaching medicine with the help of “Dr. House.”",
            "PLoS ONE",
            *("2018", "13", "3", "e0193972"),
            authors=people("Jerrentrup, A.; Mueller, T.; Glowalla, U.; Herder, M.; Schaefer, J. R."),
        ),
        "Jerrentrup, A., Mueller, T., Glowalla, U., Herder, M., & Schaefer, J. R. (2018). "
        "Teaching medicine with the help "
        "of “Dr. House.” PLoS ONE, 13(3), Article e0193972.",
    ),
]
