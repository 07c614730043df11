"""What a carmaker or developer sets: one YAML file, every key optional, flags override it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parent / "models"
KUKSA_PORT = 55555


class ConfigError(ValueError):
    """The configuration can't be used; the message names the key and the mend."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the service.

    `host`/`port`: where gRPC listens. `vosk_models`: language -> Vosk model directory (otherwise
    VOSK_MODEL_PATH, the user's cache, the shipped model). `vision_models`: folder with the encoders
    of camera frames. `skills`: folders with further skills.
    `trusted_skill_keys`: files of public keys whose signatures on skills count;
    `allow_unsigned_skills`: load other people's skills without one (for development).
    `driver_on_left`: the side of the wheel when the car does not publish it. `auto_reverse`: the
    carmaker declares pinch protection for windows and roof (FMVSS 118, UN R21). `home`: where
    skills keep what outlives a drive (the user's data folder).

    `policy`: a carmaker's file that makes the safety rules stricter (docs/vehicle-bus.md).
    `audit_log`: where every request to an actuator is recorded (in the user's state folder).
    `record`: an MCAP file, or a folder for one, in which the drive is recorded.

    `can`: a CAN interface (`can0`, or `virtual:NAME`) whose frames are signals, as the DBC file
    `can_dbc` and the mapping `can_mapping` say.

    `zones`: where zone controllers come to over Zenoh (`tcp/127.0.0.1:7447`); `zones_key` is the
    file with the key that the car's computers share.

    `gain_db`, `noise_suppression`, `echo_cancellation`: what is done to the microphones' sound
    (docs/hearing.md).

    `bus`: `kuksa://host:port` (`kuksas` with TLS) uses that databroker instead of the embedded
    bus, with the web token in the file `bus_token`; for TLS `bus_ca` is who signed the databroker's
    certificate, `bus_certificate` and `bus_key` are ours for mutual TLS.

    `kuksa`: whether KUKSA's clients are served, on `kuksa_port`; `kuksa_token_key` is the public
    key of who signs their tokens (without it everybody may come in, judged by the policy as
    somebody in the seat zone `kuksa_zone`), `kuksa_certificate` and `kuksa_key` switch TLS on,
    `kuksa_client_ca` mutual TLS. Files are in PEM.
    """

    host: str = "127.0.0.1"
    port: int = 50551
    vosk_models: dict[str, str] = field(default_factory=dict)
    understanding_model: str = str(SHIPPED / "understanding")
    vision_models: str = str(SHIPPED / "vision")
    skills: tuple[str, ...] = ()
    trusted_skill_keys: tuple[str, ...] = ()
    allow_unsigned_skills: bool = False
    home: str = ""
    vss: str = ""
    voice: bool = True
    auto_reverse: bool = True
    policy: str = ""
    audit_log: str = ""
    record: str = ""
    can: str = ""
    can_dbc: str = ""
    can_mapping: str = ""
    zones: str = ""
    zones_key: str = ""
    max_streams: int = 16
    max_utterance_s: float = 20.0
    max_text_chars: int = 2000
    gain_db: int = 0
    noise_suppression: int = 0
    echo_cancellation: bool = False
    bus: str = ""
    bus_token: str = ""
    bus_ca: str = ""
    bus_certificate: str = ""
    bus_key: str = ""
    kuksa: bool = True
    kuksa_port: int = KUKSA_PORT
    kuksa_zone: str = "unknown"
    kuksa_token_key: str = ""
    kuksa_certificate: str = ""
    kuksa_key: str = ""
    kuksa_client_ca: str = ""

    @classmethod
    def load(cls, path: Path | None) -> Config:
        """Read `path`; without one, the defaults. Unknown keys and wrong types are errors."""
        if path is None:
            return cls()
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise ConfigError(f"{path}: can't be read ({error.strerror}); check the path") from None
        except yaml.YAMLError as error:
            raise ConfigError(f"{path}: not YAML: {error}") from None
        if not isinstance(document, dict):
            raise ConfigError(f"{path}: expected keys and values, for example 'port: 50551'")
        return cls().override(document, str(path))

    def override(self, values: dict[str, Any], source: str) -> Config:
        """A copy with `values` in place; `source` is named in errors."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        checked: dict[str, Any] = {}
        for key, value in values.items():
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
                raise ConfigError(f"{source}: unknown key {key!r}{hint}")
            checked[key] = _fit(value, known[key], f"{source}: {key}")
        return replace(self, **checked)


def _fit(value: Any, default: Any, where: str) -> Any:
    if isinstance(default, tuple) and isinstance(value, list):
        value = tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise ConfigError(f"{where}: expected {type(default).__name__}, got {value!r}")
    return value
