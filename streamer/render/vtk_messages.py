"""VTK's own warnings and errors, into the log instead of a window or the terminal."""

from __future__ import annotations

import structlog
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.vtkConstants import VTK_STRING
from vtkmodules.vtkCommonCore import vtkOutputWindow

log = structlog.get_logger()
LONGEST = 400


def route_vtk_messages() -> None:
    """From now on, for the whole program; VTK's texts hold class names and reasons, no patient data."""
    window = vtkOutputWindow.GetInstance()
    window.SetDisplayModeToNever()

    def on_message(_caller: object, event: str, text: str) -> None:
        level = log.error if event == "ErrorEvent" else log.warning
        level("vtk_message", text=" ".join(text.split())[:LONGEST])

    calldata_type(VTK_STRING)(on_message)
    for event in ("ErrorEvent", "WarningEvent"):
        window.AddObserver(event, on_message)  # type: ignore[arg-type]  # names are taken, too
