"""Activities of the four moments: nine customers, offers, the case, a signature."""
