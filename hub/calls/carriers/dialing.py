"""Which numbers may be called: none of another country unless it is allowed, and none that takes the caller's money.

Whoever gets hold of a sign-in or a key could else call numbers that pay them (toll fraud), all night and at once. So a new
account may call its own country alone, and premium-rate numbers are never called. Source of the codes: ITU-T E.164, the list
of assigned country codes; of the premium ranges: the numbering plans that the countries publish with the ITU.
"""

from __future__ import annotations

import re

from hub.core.errors import Forbidden, InvalidPayload

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_ASSIGNED = (
    "AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AR54 AS1684 AT43 AU61 AW297 AZ994 BA387 BB1246 BD880 BE32 BF226 BG359 "
    "BH973 BI257 BJ229 BM1441 BN673 BO591 BR55 BS1242 BT975 BW267 BY375 BZ501 CA1 CD243 CF236 CG242 CH41 CI225 CK682 CL56 "
    "CM237 CN86 CO57 CR506 CU53 CV238 CW5999 CY357 CZ420 DE49 DJ253 DK45 DM1767 DO1809 DO1829 DO1849 DZ213 EC593 EE372 EG20 "
    "ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1473 GE995 GF594 GH233 GI350 GL299 GM220 GN224 GP590 "
    "GQ240 GR30 GT502 GU1671 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IN91 IQ964 IR98 IS354 IT39 JM1876 "
    "JM1658 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1869 KP850 KR82 KW965 KY1345 KZ76 KZ77 LA856 LB961 LC1758 LI423 LK94 "
    "LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1670 MQ596 MR222 "
    "MS1664 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 "
    "PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1787 PR1939 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 "
    "SC248 SD249 SE46 SG65 SH290 SI386 SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SX1721 SY963 SZ268 TC1649 TD235 "
    "TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 UA380 UG256 US1 UY598 UZ998 VA3906698 VC1784 "
    "VE58 VG1284 VI1340 VN84 VU678 WF681 WS685 XK383 YE967 ZA27 ZM260 ZW263"
)
"""Country and the digits that its numbers begin with. The islands of +1 have area codes of their own: a call there costs what
a call abroad does, and they are the ones that lure people into calling back."""
_BY_CODE: dict[str, tuple[str, ...]] = {}
for _each in _ASSIGNED.split():
    _BY_CODE[_each[2:]] = (*_BY_CODE.get(_each[2:], ()), _each[:2])
COUNTRIES = tuple(sorted({each[:2] for each in _ASSIGNED.split()}))
"""Countries (ISO 3166, two letters) that have numbers of their own."""

_PAID = (
    "1900 1976 309 3278 3290 3381 3382 3389 34803 34806 34807 34905 34907 351601 351607 351608 351609 "
    "351760 351761 351762 358600 358700 359900 3690 3691 37090 37190 372900 38590 38609 39144 39163 39164 "
    "39165 39166 39178 39199 3989 4090 4190 420900 420906 420909 420976 421900 4387 4390 43930 4470 4484 "
    "4487 4490 4491 4498 4590 46900 46939 46944 47820 47829 4830 4840 4870 49137 49180 49190 49900 55900 "
    "61190 61191 64900 7803 7809 808 81990 8260 870 878 881 882 883 888 97219 979 991"
)
"""What premium-rate and shared-cost numbers begin with, and satellites and networks of no country."""
_PREMIUM = tuple(f"+{each}" for each in _PAID.split())


def checked_number(number: str) -> str:
    """Return a number as E.164, without the spaces, dashes and brackets that people write. Raises InvalidPayload."""
    found = re.sub(r"[\s().\-/\u00a0]", "", number)
    found = f"+{found[2:]}" if found.startswith("00") else found
    if not NUMBER.fullmatch(found):
        raise InvalidPayload("Write the number with its country, as +48 22 123 45 67.", reason="number_shape")
    return found


def countries_of(number: str) -> tuple[str, ...]:
    """Return the countries that a number (E.164) may be of: two where they share a code and cost the same; none if unknown."""
    for length in range(min(8, len(number) - 1), 0, -1):
        if found := _BY_CODE.get(number[1 : 1 + length]):
            return found
    return ()


def is_premium(number: str) -> bool:
    """Tell whether calling a number (E.164) pays whoever it belongs to, or goes to a satellite."""
    return number.startswith(_PREMIUM)


def check_allowed(number: str, countries: list[str]) -> None:
    """Raise Forbidden for a number (E.164) that must not be called."""
    if is_premium(number):
        raise Forbidden("Calls to premium-rate and satellite numbers are never made.", reason="number_premium")
    found = countries_of(number)
    if not any(each in countries for each in found):
        raise Forbidden(
            "Calls to this country are not allowed. Settings → Phone numbers says which are.", reason="number_country",
            country=found[0] if found else "",
        )  # fmt: skip
