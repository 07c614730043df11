"""How a scenario file is read; `simulator.scenario` is the reference and the way in."""
