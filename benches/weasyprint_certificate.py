"""Certificates a second with WeasyPrint, on one thread: python weasyprint_certificate.py FONT_FOLDER COUNT

The page has what ours has: A4 landscape, two borders, the same texts, a table of modules, two signatories, a QR code as
SVG, the same three faces embedded as subsets. What can be kept between certificates (fonts, style sheet) is kept, and
the QR codes are made before the clock starts. Without HarfBuzz's subsetter it would be many times slower: then it refuses.
Prints one line of JSON: {"seconds": …, "bytes": …}, the bytes for one certificate on average.
"""

import io
import json
import sys
import time

import segno
from weasyprint import CSS, HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration

if not harfbuzz_subset:
    sys.exit("libharfbuzz-subset is missing: the comparison would not be fair")
fonts, count = sys.argv[1], int(sys.argv[2])

STYLE = f"""
@font-face {{ font-family: L; src: url(file://{fonts}/regular.otf) }}
@font-face {{ font-family: L; font-weight: 600; src: url(file://{fonts}/semibold.otf) }}
@font-face {{ font-family: L; font-style: italic; src: url(file://{fonts}/italic.otf) }}
@page {{ size: A4 landscape; margin: 24pt; border: 1.4pt solid #1d3f66 }}
body {{ font: 11pt L; color: #1b2430; margin: 4pt; height: 530pt; border: .4pt solid #1d3f66; text-align: center }}
h1 {{ font-size: 37pt; font-weight: 400; color: #1d3f66; margin: 16pt 0 }}
h2 {{ font-size: 35pt; font-weight: 600; margin: 4pt 0 }}
h3 {{ font-size: 20pt; font-weight: 400; margin: 4pt }}
i {{ color: #5a6472; font-size: 13pt }}
table {{ margin: 16pt auto; border-top: .5pt solid #b9c2cc; border-bottom: .5pt solid #b9c2cc; text-align: left }}
td {{ padding: 2pt 12pt }}
.sign {{ display: inline-block; width: 190pt; border-top: .6pt solid; margin: 40pt 12pt 0; font-size: 10pt }}
.left {{ position: absolute; left: 30pt; bottom: 20pt; text-align: left }}
.right {{ position: absolute; right: 110pt; bottom: 20pt; text-align: right; font-size: 9pt }}
svg {{ position: absolute; right: 30pt; bottom: 20pt; width: 66pt; height: 66pt }}
"""

PAGE = """<html lang=en><title>Certificate of Completion – {name}</title><body>
<p><b style="font-weight: 600">Municipality of Fiction</b></p><h1>Certificate of Completion</h1>
<i>This certifies that</i><h2>{name}</h2><i>attended 3 of 4 modules of the training programme</i>
<h3>Digital Human Rights for City Administrations</h3>
<table><tr><td>Introduction to digital human rights<td>17 January 2023<td>2 h
<tr><td>Data protection in municipal services<td>18 January 2023<td>2 h 30 min
<tr><td>Digital inclusion and accessibility<td>19 January 2023<td>1 h 30 min</table>
<i>This certificate confirms participation in the sessions listed. No examination was taken.</i><br>
<div class=sign><b style="font-weight: 600">Arta Fiktive</b><br>Director of Human Resources</div>
<div class=sign><b style="font-weight: 600">Besnik Shembulli</b><br>Deputy Mayor</div>
<div class=left>Tirana, 3 February 2023<br>Serial number<br>{serial}</div>
<div class=right>Verify this certificate at<br>https://academy.example/verify/<br>Verification code<br>{code}</div>
{qr}</body></html>"""


def page(number):
    serial = f"FICTION-2023-{number:08d}"
    code = "-".join(f"{number * 7919 + group:05d}"[-5:] for group in range(6))
    svg = io.BytesIO()
    segno.make(f"https://academy.example/verify/{code}", error="m", micro=False).save(svg, kind="svg", xmldecl=False)
    return PAGE.format(name=f"Ëngjëll Çela {number}", serial=serial, code=code, qr=svg.getvalue().decode())


def certificate(text):
    return HTML(string=text).write_pdf(stylesheets=[style], font_config=config)


pages = [page(number) for number in range(count + 1)]
config = FontConfiguration()
style = CSS(string=STYLE, font_config=config)
certificate(pages[0])
start = time.perf_counter()
size = sum(len(certificate(text)) for text in pages[1:])
print(json.dumps({"seconds": time.perf_counter() - start, "bytes": size / count}))
