"""A graph checked: each constraint in the way that suits it, at a date, with a report; in cages what comes in."""
