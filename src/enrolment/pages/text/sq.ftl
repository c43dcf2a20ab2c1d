# Faqet e regjistrimit në shqip.

## Ku të çon një lidhje

enrol-text = { $organisation } ju fton në këtë trajnim.
enrol-button = Regjistrohuni
enrol-full = Të gjitha vendet janë zënë. Nëse regjistroheni, prisni në radhë, dhe ne ju shkruajmë sapo një vend të jetë juaji.
enrol-approval-trainer = Për çdo kërkesë vendos një trajner. Ju shkruajmë sapo të vendoset për tuajën.
enrol-approval-hr = Për çdo kërkesë vendosin burimet njerëzore. Ju shkruajmë sapo të vendoset për tuajën.
enrol-sign-in = Më parë do t’ju kërkohet të hyni. Nëse ende nuk keni llogari, mund t’ju ftojë ai që jua dërgoi këtë lidhje.
enrol-elsewhere = Keni hyrë si { $email }, dhe kjo llogari nuk është në listën e personelit të { $organisation }, prandaj nuk mund të regjistroheni me të. Kërkojuni burimeve njerëzore atje, ose atij që jua dërgoi lidhjen, t’ju ftojnë. Nëse keni një llogari tjetër, dilni dhe hyni me atë.
link-gone-title = Kjo lidhje nuk mund të përdoret
link-gone-text = Ajo ka mbaruar, është tërhequr, ose nuk u kopjua e plotë nga mesazhi. Kërkoni një tjetër nga ai që jua dha. Nëse jeni regjistruar tashmë me të, trajnimin e gjeni në llogarinë tuaj.
link-gone-next = Hapni llogarinë tuaj

## Çfarë është një trajnim

about-title = Rreth këtij trajnimi
fact-organisation = Organizata
fact-language = Gjuha e dokumenteve
fact-days = Ditët
days-between = { $first } deri më { $last }
fact-seats = Vendet
seats-unlimited = Ka një vend për të gjithë.
seats-left = { $n ->
    [one] Ka mbetur një vend.
   *[other] Kanë mbetur { $n } vende.
}
seats-none = Të gjitha janë zënë. Kush regjistrohet, pret në radhë.
fact-opens = Mund të regjistroheni nga
fact-closes = Mund të regjistroheni deri

sessions-title = Seancat
sessions-own-title = Seancat tuaja
sessions-none = Ende nuk është planifikuar asnjë seancë.
materials-title = Materialet
material-slides = prezantim
material-video = video
material-document = dokument
material-link = lidhje

## Pse nuk mund të regjistroheni

not-closed = Regjistrimi u mbyll në këtë kohë: { $time }. Një trajner ose burimet njerëzore mund t’ju regjistrojnë ende.
not-open-yet = Regjistrimi ende nuk është hapur. Ai hapet në këtë kohë: { $time }.
not-open = Regjistrimi ende nuk është hapur.
not-again = Jeni hequr, ose nuk jeni miratuar, nga { $by }. Pyesni atje nëse dëshironi të merrni pjesë.
not-eligible = Ky trajnim është për njerëz të disa departamenteve dhe për ata që kanë një lidhje ftese. Pyesni një trajner ose burimet njerëzore nëse dëshironi të merrni pjesë.
not-invited = Në këtë trajnim regjistroheni me një lidhje ftese. Kërkojeni nga një trajner ose nga burimet njerëzore.
not-any-more = Ky trajnim ka mbaruar.

## Ku jeni

standing-title = Gjendja juaj
standing-none = Nuk jeni regjistruar në këtë trajnim.
standing-requested = Kërkesa juaj ka mbërritur dhe ende nuk është vendosur.
standing-offered = Një vend mbahet për ju. Pranojeni para kësaj kohe: { $until }.
standing-enrolled = Jeni regjistruar.
standing-waitlisted = Jeni numri { $position } në radhë për një vend.
standing-declined = Nuk keni vend në këtë trajnim.
standing-withdrawn = Nuk jeni më në këtë trajnim.
next-requested = Nuk keni pse të bëni asgjë: ju shkruajmë sapo të vendoset.
next-offered = Nëse nuk e pranoni deri atëherë, ai i kalon personit tjetër në radhë.
next-waitlisted = Vendet që lirohen u kalojnë njerëzve në radhë sipas rendit. Nuk keni pse të bëni asgjë: ju shkruajmë kur t’ju vijë radha.

short-requested = kërkesë ende e pavendosur
short-offered = një vend mbahet për ju
short-enrolled = regjistruar
short-waitlisted = numri { $position } në radhë
short-declined = pa vend
short-withdrawn = jo më në trajnim

by-oneself = ju vetë
by-trainer = një trajner
by-hr = burimet njerëzore
by-administrator = një administrator
approval-none = ai që drejton trajnimin
approval-trainer = një trajner
approval-hr = burimet njerëzore

why-enrolled = Jeni regjistruar nga { $by }.
why-needs-approval = Për të vendos { $approval }.
why-cohort-full = Të gjitha vendet ishin zënë kur u regjistruat.
why-approved = Kërkesa juaj u miratua nga { $by }.
why-not-approved = Kërkesa juaj nuk u miratua nga { $by }. Arsyeja e dhënë: { $reason }
why-next-in-line = U lirua një vend dhe ju erdhi radha.
why-seat-offered = U lirua një vend dhe ju ka ardhur radha.
why-offer-accepted = E pranuat vendin që mbahej për ju.
why-offer-over = Një vend mbahej për ju dhe nuk u pranua në kohë.
why-taken-out = Jeni hequr nga { $by }.
why-closed-requested = Trajnimi u mbyll para se të vendosej për kërkesën tuaj.
why-closed-offered = Një vend mbahej për ju dhe trajnimi u mbyll para se ta pranonit.
why-closed-waitlisted = Trajnimi u mbyll para se të lirohej një vend.

## Çfarë mund të bëni

accept-button = Pranoni vendin
choices-title = Zgjidhni seancat tuaja
choices-text = Për secilin nga këto module vini në një seancë. Mund të zgjidhni një tjetër derisa ajo të fillojë, dhe sërish pasi të mbarojë, nëse nuk ishit në të.
choices-button = Rezervoni këtë vend
choices-end = Hiqni dorë nga ky vend
place-online = në internet
place-in-person = me praninë tuaj
place-theirs = vendi juaj
place-full = e mbushur
places-left = { $n ->
    [one] ka mbetur një vend
   *[other] kanë mbetur { $n } vende
}
needs-title = Çfarë ju duhet për të marrë pjesë
needs-label = Tregojuani trajnerëve
needs-hint = Për shembull gjuha e shenjave, prezantimet paraprakisht, ose një vend pranë derës. E lexojnë trajnerët e këtij trajnimi dhe askush tjetër. Fshihet kur trajnimi mbyllet, ose kur dilni prej tij.
needs-button = Ruajeni

withdrawal-link = Dilni nga ky trajnim
withdrawal-title = Të dilni nga ky trajnim?
withdrawal-requested = Atëherë kërkesa juaj tërhiqet. Mund të kërkoni përsëri sa kohë regjistrimi është i hapur.
withdrawal-offered = Atëherë vendi i kalon personit tjetër në radhë. Mund të kërkoni përsëri sa kohë regjistrimi është i hapur, dhe prisni në fund të radhës.
withdrawal-enrolled = Atëherë vendi juaj dhe vendet tuaja në seanca u kalojnë të tjerëve. Mund të regjistroheni përsëri sa kohë regjistrimi është i hapur, nëse ka vend të lirë.
withdrawal-waitlisted = Atëherë e humbni radhën. Mund të regjistroheni përsëri sa kohë regjistrimi është i hapur, në fund të radhës.
withdrawal-button = Dilni nga trajnimi
withdrawal-back = Lërini gjërat siç janë

done-needs = Ajo që ju duhet u shënua.
done-booked = Vendi është juaji.
done-given-up = Hoqët dorë nga vendi.
done-withdrawn = Dolët nga trajnimi.
done-accepted = Vendi është juaji.

refused-session-full = Kjo seancë është e mbushur. Zgjidhni një vend tjetër.
refused-session-begun = Seanca ka filluar dhe kjo nuk mund të ndryshohet më.
refused-module-attended = E keni ndjekur tashmë këtë modul.
refused-offer-over = Koha për ta pranuar këtë vend ka mbaruar.
refused-no-offer = Asnjë vend nuk mbahet për ju.
refused-no-place = Së pari zgjidhni një nga vendet.
refused-not-in-cohort = Nuk jeni më në këtë trajnim.
refused-not-enrolled = Vendet në seanca janë për ata që janë regjistruar.
refused-nothing-booked = Nuk keni vend atje.
refused-too-long = Kjo është tepër e gjatë: ruhen 2000 shenja.
refused-otherwise = Kjo nuk mund të bëhet më: diçka ka ndryshuar që kur e hapët faqen. Më poshtë shihni si janë gjërat tani.

## Trajnimet tuaja

trainings-title = Trajnimet tuaja
trainings-back = Trajnimet tuaja
trainings-own = Ku merrni pjesë
trainings-own-none = Ende nuk merrni pjesë në asnjë trajnim.
trainings-open = Ku mund të regjistroheni
trainings-open-none = Tani për tani asnjë trajnim nuk është i hapur për ju.

## Kalendari juaj

calendar-file = Shkarkoni këto seanca për kalendarin tuaj
calendar-hint = Çdo seancë vjen edhe me postë si ftesë. Te faqja e trajnimeve tuaja mund të krijoni një adresë që e mban vetë kalendarin tuaj të përditësuar.
calendar-title = Kalendari juaj
calendar-text = Programi juaj i kalendarit mund të abonohet te një adresë që tregon seancat tuaja këtu dhe ndjek çdo ndryshim.
calendar-button = Krijoni një adresë kalendari
calendar-since = Kalendari juaj ka një adresë që nga kjo kohë: { $time }.
calendar-again-text = Ajo nuk mund të tregohet përsëri. Nëse e keni humbur, krijoni një tjetër; e mëparshmja atëherë mbaron.
calendar-again = Krijoni një adresë tjetër
calendar-end = Mbyllni adresën
done-calendar-ended = Adresa e kalendarit tuaj u mbyll.
calendar-made-title = Adresa e kalendarit tuaj
calendar-made-text = Kopjojeni tani: ajo tregohet vetëm këtë herë.
calendar-address = Adresa
calendar-secret = Kush e ka, mund ta lexojë kalendarin tuaj. Mbajeni për vete; mund ta mbyllni te faqja e trajnimeve tuaja.
calendar-how = Në programin tuaj të kalendarit kërkoni “abonohu te një kalendar”, “nga interneti” ose “me URL”, dhe ngjiteni adresën atje.
