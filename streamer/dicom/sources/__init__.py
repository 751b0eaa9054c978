"""Where studies come from: folder, DICOMweb, DIMSE."""
