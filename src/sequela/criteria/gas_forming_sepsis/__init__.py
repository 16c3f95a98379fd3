"""Gas-forming sepsis, from the first hours on."""
