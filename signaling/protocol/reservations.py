"""What stands against an image, or must be told of it: codes on the wire, in the index and in records of proven pictures.

A reservation is what of the standard's display pipeline (PS3.4 N.2) was left out, damaged or doubted: then the picture is not
plainly exact, however well its bytes are proven. A notice is told too, and the pixels are right. The words are the page's
(web/text/en_reservations.js, web/picture/reservations.js); tests/contract holds both sides to the same codes.
"""

from __future__ import annotations

import enum


class Reservation(enum.StrEnum):
    """A code, the gravest first. A side that meets one which it does not know treats it as a reservation, and as the gravest."""

    VALUES = "values"
    """The modality transform (C.11.1) can't be read: what the values mean is not known."""
    DECODING = "decoding"
    """The decoder found the frame damaged or contradicting its header."""
    MASK = "mask"
    """Mask subtraction (C.7.6.10) is not done."""
    OVERLAY = "overlay"
    """An overlay plane (60xx, C.9.2) is not drawn."""
    SHUTTER = "shutter"
    """A display shutter (C.7.6.11) is not drawn."""
    PRESENTATION_LUT = "presentation_lut"
    """A Presentation LUT (C.11.6) is not applied, or its shape contradicts the photometric interpretation."""
    VOI_LUT = "voi_lut"
    """The VOI LUT (C.11.2), which has no window beside it, is not applied."""
    FOR_PROCESSING = "for_processing"
    """Pixels that are not meant to be displayed as they are (Presentation Intent Type, C.8.11.1)."""
    SUPPLEMENTAL_PALETTE = "supplemental_palette"
    """Values that a supplemental palette colours (C.7.6.19) are shown grey."""
    PADDING = "padding"
    """What is padding (C.7.5.1.1.2) can't be told from pixels."""
    ICC_PROFILE = "icc_profile"
    """The colours' profile (C.11.15) is not sRGB, and not applied."""
    COLOR_DEPTH = "color_depth"
    """Colours of more than 8 bit are shown with 8."""
    PALETTE_DEPTH = "palette_depth"
    """A palette of more than 8 bit (C.7.9) is shown with 8."""
    OVERSHOOT = "overshoot"
    """The interpolation leaves the range of its neighbours. Made by the side that knows the zoom; only in records of pictures."""
    MINIFIED = "minified"
    """Fewer pixels are shown than the image has. Made and found as above."""
    BURNED_IN = "burned_in"
    """The pixels may show who the patient is (Burned In Annotation, C.7.6.1)."""
    QUALITY_CONTROL = "quality_control"
    """An image of a phantom or the like (Quality Control Image, C.7.6.1)."""
    VOI_LUT_BESIDE = "voi_lut_beside"
    """A VOI LUT is an alternative to the window that is applied (C.11.2.1.2)."""
    COLOR_LABEL = "color_label"
    """The codestream says of its colours what the photometric interpretation denies; it was believed (PS3.5 8.2)."""
    LOSSY_DATA = "lossy_data"
    """The image data was compressed with loss by its own word, whatever the header says (PS3.3 C.7.6.1.1.5)."""
    END_MARK = "end_mark"
    """The codestream has no end mark; all its pixels are there."""
    TRAILING_BYTES = "trailing_bytes"
    """Bytes that do not belong to the image data follow it."""
    BOXES = "boxes"
    """The codestream lies in boxes (JP2), which do not belong there (PS3.5 8.2.4) and are not heard."""
    SPACING = "spacing"
    """How large a pixel is (10.7.1) is written and can't be read: there are no millimetres of it."""
    THICKNESS = "thickness"
    """The slice thickness (C.7.6.2) is written and can't be read."""
    WINDOW = "window"
    """The window (C.11.2) is written and can't be read: another one is shown."""


NOTICES = frozenset({
    Reservation.BURNED_IN, Reservation.QUALITY_CONTROL, Reservation.VOI_LUT_BESIDE, Reservation.COLOR_LABEL,
    Reservation.LOSSY_DATA, Reservation.END_MARK, Reservation.TRAILING_BYTES, Reservation.BOXES,
    Reservation.SPACING, Reservation.THICKNESS, Reservation.WINDOW,
})  # fmt: skip
"""Those that leave a picture plainly exact."""


def takes_exact(code: str) -> bool:
    """Whether a picture of which this is said is not plainly exact; a code that is not known does."""
    return code not in NOTICES
