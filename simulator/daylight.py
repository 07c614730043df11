"""Light outside over the day, from the height of the sun at an equinox."""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt

DAY_S = 86_400.0
LATITUDE = 48.0
TWILIGHT_SIN = -0.105  # civil twilight ends with the sun 6 degrees below the horizon
DUSK_PERCENT = 15.0  # with the sun on the horizon


def light_percent(seconds_of_day: float, sky: float = 1.0) -> float:
    """0..100 %, `sky` being the share that the clouds leave. Noon under a clear sky is 100, the
    end of twilight 0; the eye's and the sensor's scale in between is near a square root."""
    hour_angle = 2 * pi * (seconds_of_day % DAY_S / DAY_S - 0.5)
    height = cos(radians(LATITUDE)) * cos(hour_angle)
    noon = sin(radians(90.0 - LATITUDE))
    if height <= TWILIGHT_SIN:
        return 0.0
    if height < 0:
        return sky * DUSK_PERCENT * (1 - height / TWILIGHT_SIN)
    day = DUSK_PERCENT + (100.0 - DUSK_PERCENT) * sqrt(height / noon)
    return min(100.0, sky * day)
