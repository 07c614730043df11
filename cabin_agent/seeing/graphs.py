"""Loading a picture encoder: one ONNX file, one thread."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort

from cabin_agent.errors import NotReady

MEND = "point vision_models at a folder made by training/vision, or reinstall"


def load(file: Path) -> ort.InferenceSession:
    """A session for `file`. NotReady if it is missing or no graph."""
    if not file.is_file():
        raise NotReady(f"{file}: no such file", MEND)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise NotReady(f"{file}: can't be loaded ({error})", MEND) from error
