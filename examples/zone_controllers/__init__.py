"""Three computers of a car, as three processes: `python -m examples.zone_controllers`."""
