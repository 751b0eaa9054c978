"""The DICOM edge: headers, geometry, pixels, cache."""
