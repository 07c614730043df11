"""Leaves, limits and what may be written to them."""

import json
import math
from pathlib import Path

import pytest

from vehicle_bus.catalogue import Catalogue, CatalogueError, Kind, Leaf, validate
from vehicle_bus.errors import InvalidValue, UnknownPath

SMALL_VSS = {
    "Vehicle": {
        "type": "branch",
        "description": "a car",
        "children": {
            "Speed": {"type": "sensor", "datatype": "float", "unit": "km/h"},
            "Tags": {"type": "attribute", "datatype": "string[]", "allowed": ["A", "B"]},
            "Cabin": {
                "type": "branch",
                "children": {
                    "HVAC": {
                        "type": "branch",
                        "children": {
                            "Station": {
                                "type": "branch",
                                "children": {
                                    "Temperature": {"type": "actuator", "datatype": "float"},
                                    "Row3": {
                                        "type": "branch",
                                        "children": {
                                            "Temperature": {
                                                "type": "actuator",
                                                "datatype": "float",
                                                "min": 18,
                                                "unit": "Celsius",
                                            }
                                        },
                                    },
                                },
                            }
                        },
                    }
                },
            },
        },
    }
}


@pytest.fixture
def vss_file(tmp_path):
    def write(content) -> Catalogue:
        file = tmp_path / "vss.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return Catalogue.load(file)

    return write


class TestCatalogue:
    def test_ours_knows_what_skills_touch(self, catalogue):
        window = catalogue["Vehicle.Cabin.Door.Row2.PassengerSide.Window.Position"]
        assert window == Leaf(window.path, Kind.ACTUATOR, "uint8", "percent", 0, 100)
        assert catalogue["Vehicle.Cabin.Sunroof.Position"].kind is Kind.SENSOR
        assert "TILT_UP" in catalogue["Vehicle.Cabin.Sunroof.Switch"].allowed
        assert catalogue["Vehicle.Cabin.Door.Row2.DriverSide.IsChildLockActive"].kind is Kind.SENSOR

    def test_our_limits_narrow_what_vss_leaves_open(self, catalogue):
        leaf = catalogue["Vehicle.Cabin.HVAC.Station.Row2.Passenger.Temperature"]
        assert (leaf.low, leaf.high) == (16, 30)

    def test_a_limit_is_for_that_leaf_only(self, catalogue):
        assert catalogue["Vehicle.Cabin.Seat.Row1.DriverSide.Height"].high == 100
        assert catalogue["Vehicle.Cabin.Seat.Row1.DriverSide.Headrest.Height"].high is None

    def test_unknown_paths(self, catalogue):
        with pytest.raises(UnknownPath, match=r"Vehicle\.Cabin\.Sunroof\.Switch"):
            catalogue["Vehicle.Cabin.Sunrof.Switch"]
        with pytest.raises(KeyError):
            catalogue["Vehicle"]
        assert catalogue.get("Vehicle.Nope") is None
        assert "Vehicle.Nope" not in catalogue

    def test_matching_gives_each_path_once(self, catalogue):
        doors = catalogue.matching("Vehicle.Cabin.Door.*.IsChildLockActive")
        assert len(doors) == 4
        assert catalogue.matching(*doors[:2], "Vehicle.Cabin.Door.*.IsChildLockActive") == doors

    def test_any_vss_json_loads_with_our_limits(self, vss_file):
        catalogue = vss_file(SMALL_VSS)
        assert len(catalogue) == 4
        leaf = catalogue["Vehicle.Cabin.HVAC.Station.Row3.Temperature"]
        assert (leaf.kind, leaf.unit, leaf.low, leaf.high) == (Kind.ACTUATOR, "Celsius", 18, 30)
        assert catalogue["Vehicle.Tags"].allowed == ("A", "B")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("{", r"is no JSON.*vspec export"),
            ("[]", "holds no VSS tree"),
            ({"Vehicle": {"type": "branch", "children": {"X": 3}}}, r"Vehicle\.X: has no type"),
            ({"Vehicle": {"type": "gauge", "datatype": "float"}}, "is of type 'gauge'"),
            ({"Vehicle": {"type": "sensor", "datatype": "real"}}, "has the datatype 'real'"),
        ],
    )
    def test_broken_files_are_named(self, vss_file, content, message):
        with pytest.raises(CatalogueError, match=message):
            vss_file(content)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(CatalogueError, match=r"gone\.json: can't be read"):
            Catalogue.load(tmp_path / "gone.json")


def leaf(datatype, low=None, high=None, allowed=(), unit=""):
    return Leaf("Vehicle.X", Kind.ACTUATOR, datatype, unit, low, high, allowed)


class TestValidate:
    @pytest.mark.parametrize(
        ("of", "value"),
        [
            (leaf("boolean"), True),
            (leaf("uint8"), 255),
            (leaf("int8"), -128),
            (leaf("int64"), 2**63 - 1),
            (leaf("float"), 1.5),
            (leaf("double"), 1e300),
            (leaf("string"), ""),
            (leaf("string", allowed=("OFF", "ON")), "ON"),
            (leaf("uint8", 0, 100), 100),
        ],
    )
    def test_good_values_stay_as_they_are(self, of, value):
        assert validate(of, value) == value
        assert type(validate(of, value)) is type(value)

    def test_a_whole_number_may_stand_for_a_float(self):
        assert type(validate(leaf("float", 16, 30), 22)) is float

    @pytest.mark.parametrize(
        ("of", "value", "message"),
        [
            (leaf("boolean"), 1, "takes boolean, not int; send true or false"),
            (leaf("boolean"), "true", "takes boolean, not str"),
            (leaf("uint8"), True, "takes uint8, not bool; send a whole number"),
            (leaf("uint8"), 3.0, "takes uint8, not float"),
            (leaf("uint8"), "3", "takes uint8, not str"),
            (leaf("uint8"), 256, "256 is out of range; send a value from 0 to 255"),
            (leaf("uint8"), -1, "-1 is out of range"),
            (leaf("int8"), 128, "from -128 to 127"),
            (leaf("float"), True, "takes float, not bool; send a number"),
            (leaf("float"), "22", "takes float, not str"),
            (leaf("float"), math.nan, "NaN and infinity are no values"),
            (leaf("float"), math.inf, "NaN and infinity are no values"),
            (leaf("float"), 1e39, "out of range"),
            (leaf("double"), 10**400, "NaN and infinity are no values"),
            (
                leaf("float", 16, 30, unit="Celsius"),
                30.5,
                "30.5 Celsius is out of range; send a value from 16 to 30 Celsius",
            ),
            (leaf("string"), 3, "takes string, not int; send text"),
            (leaf("string"), "x" * 4097, "text of 4097 characters is too long"),
            (leaf("string", allowed=("OFF", "ON")), "on", "'on' is not one of its values"),
            (leaf("string", allowed=("OFF", "ON")), "on", "use one of OFF, ON"),
            (leaf("string[]"), "x", "no arrays"),
        ],
    )
    def test_bad_values_are_told_why_and_what_to_send(self, of, value, message):
        with pytest.raises(InvalidValue) as error:
            validate(of, value)
        assert message in str(error.value)
        assert str(error.value).startswith("Vehicle.X: ")

    def test_an_enormous_number_makes_no_enormous_message(self):
        with pytest.raises(InvalidValue) as error:
            validate(leaf("uint8"), 10**400)
        assert len(str(error.value)) < 600


VSS = Path(__file__).parents[3] / "shared" / "data" / "vss" / "vss_v6.0.json"


@pytest.mark.skipif(not VSS.exists(), reason="COVESA's own file is not here")
class TestCovesa:
    def test_all_of_vss_6_loads(self):
        assert len(Catalogue.load(VSS)) == 1267

    def test_our_leaves_are_those_of_vss(self, catalogue):
        whole = Catalogue.load(VSS)
        assert [path for path, leaf in catalogue.items() if whole[path] != leaf] == []
