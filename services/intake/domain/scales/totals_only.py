"""Scales whose wording needs permission: staff enter the total of the clinic's own licensed form.

Y-BOCS: Goodman et al. Arch Gen Psychiatry 1989;46:1006-1011. MADRS: Montgomery, Åsberg. Br J Psychiatry 1979;134:382-389;
its bands: Snaith et al. Br J Psychiatry 1986;148:599-601. QIDS: Rush et al. Biol Psychiatry 2003;54:573-583. BPI severity: the
sum of its four numbers from 0 to 10; the form has no bands of its own (Cleeland, Ryan. Ann Acad Med Singap 1994;23:129-138).
"""

from services.intake.domain.scales.scale import Band, Scale, ScaleCode

Y_BOCS = Scale(
    code=ScaleCode.Y_BOCS,
    name="Y-BOCS",
    lowest=0,
    highest=40,
    bands=(
        Band("subclinical", 0, 7, "Subclinical"),
        Band("mild", 8, 15, "Mild"),
        Band("moderate", 16, 23, "Moderate"),
        Band("severe", 24, 31, "Severe"),
        Band("extreme", 32, 40, "Extreme"),
    ),
)
MADRS = Scale(
    code=ScaleCode.MADRS,
    name="MADRS",
    lowest=0,
    highest=60,
    bands=(
        Band("none", 0, 6, "No depression"),
        Band("mild", 7, 19, "Mild"),
        Band("moderate", 20, 34, "Moderate"),
        Band("severe", 35, 60, "Severe"),
    ),
)
QIDS = Scale(
    code=ScaleCode.QIDS,
    name="QIDS",
    lowest=0,
    highest=27,
    bands=(
        Band("none", 0, 5, "No depression"),
        Band("mild", 6, 10, "Mild"),
        Band("moderate", 11, 15, "Moderate"),
        Band("severe", 16, 20, "Severe"),
        Band("very-severe", 21, 27, "Very severe"),
    ),
)
BPI = Scale(code=ScaleCode.BPI, name="BPI severity", lowest=0, highest=40, bands=())
