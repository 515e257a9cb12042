"""How dates read in English: months written out, as one writes a letter. Other languages keep Django's formats."""

DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, g:i A"
