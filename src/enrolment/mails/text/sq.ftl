# Postat e regjistrimit dhe të seancave në shqip.

greeting = Përshëndetje { $name },
reason = Arsyeja e dhënë: { $reason }

## Çfarë mund të bëni

button-training = Hapni faqen tuaj të trajnimit
button-enrol = Regjistrohuni
button-accept = Pranoni vendin
button-book = Zgjidhni seancat tuaja
button-join = Hyni në seancë në internet
button-certificate = Hapni certifikatën tuaj

## Regjistrimi

invited-subject = Jeni të ftuar: { $training }
invited-text = { $organisation } ju fton në trajnimin “{ $training }”. Me lidhjen më poshtë shihni për çfarë bëhet fjalë dhe kur zhvillohet, dhe mund të regjistroheni.

requested-subject = Kërkesa juaj mbërriti: { $training }
requested-text = Kërkesa juaj për të marrë pjesë në trajnimin “{ $training }” mbërriti. Ajo duhet të miratohet. Deri atëherë nuk duhet të bëni asgjë: do t’ju shkruajmë sapo të vendoset.

enrolled-subject = Jeni regjistruar: { $training }
enrolled-text = Jeni regjistruar në trajnimin “{ $training }”.
sessions-text = { $n ->
    [one] Kjo është seanca juaj deri tani:
   *[other] Këto janë seancat tuaja deri tani:
}
sessions-none = Seancat nuk janë planifikuar ende. Faqja juaj e trajnimit do t’i tregojë sapo të planifikohen.
book-heading = Seanca për të zgjedhur
book-text = { $n ->
    [one] Për këtë modul, ju lutemi zgjidhni seancën që ju përshtatet:
   *[other] Për secilin prej këtyre moduleve, ju lutemi zgjidhni seancën që ju përshtatet:
}

waitlisted-subject = Jeni në listën e pritjes: { $training }
waitlisted-text = Të gjitha vendet e trajnimit “{ $training }” janë zënë. Jeni numri { $position } në listën e pritjes.
waitlisted-note = Vendet që lirohen u jepen personave në listë sipas radhës. Nuk duhet të bëni asgjë: do t’ju shkruajmë kur të vijë radha juaj.

offered-subject = Një vend po ruhet për ju: { $training }
offered-text = Në trajnimin “{ $training }” u lirua një vend dhe është radha juaj. Vendi ruhet për ju deri në këtë kohë: { $until }.
offered-note = Nëse nuk e pranoni deri atëherë, vendi i kalon personit tjetër në listën e pritjes.

promoted-subject = U lirua një vend dhe jeni regjistruar: { $training }
promoted-text = Në trajnimin “{ $training }” u lirua një vend. Vendi është i juaji: jeni regjistruar.

declined-subject = Kërkesa juaj nuk u miratua: { $training }
declined-text = Kërkesa juaj për të marrë pjesë në trajnimin “{ $training }” nuk u miratua.

closed-requested-subject = Për kërkesën tuaj nuk u vendos: { $training }
closed-requested-text = Ju kërkuat një vend në trajnimin “{ $training }”. Trajnimi tani është mbyllur dhe për kërkesën tuaj nuk ishte vendosur. Na vjen keq.

closed-offered-subject = Vendi nuk ruhet më për ju: { $training }
closed-offered-text = Një vend në trajnimin “{ $training }” u ruajt për ju dhe nuk u pranua para se trajnimi të mbyllej. Ai nuk ruhet më.

closed-waitlisted-subject = Nuk u lirua asnjë vend: { $training }
closed-waitlisted-text = Ju kërkuat një vend në trajnimin “{ $training }”. Trajnimi tani është mbyllur dhe për ju nuk u lirua asnjë vend. Na vjen keq.

offer-over-subject = Vendi nuk ruhet më për ju: { $training }
offer-over-text = Një vend në trajnimin “{ $training }” u ruajt për ju dhe nuk u pranua në kohë. Ai nuk ruhet më. Sa kohë regjistrimi është i hapur, mund të kërkoni përsëri një vend.

left-subject = Ju u larguat nga trajnimi: { $training }
left-text = Ju u larguat nga trajnimi “{ $training }”, siç dëshironit. Nuk do të merrni më mesazhe për seancat e tij. Nëse ishte gabim, mund të regjistroheni përsëri sa kohë regjistrimi është i hapur.

taken-out-subject = Pjesëmarrja juaj në trajnim përfundoi: { $training }
taken-out-text = Ata që drejtojnë trajnimin “{ $training }” e mbyllën regjistrimin tuaj. Nëse mendoni se është gabim, ju lutemi pyetini.

## Seancat

session-subject = Seanca juaj: { $module }, { $time }
session-text = Keni një vend në një seancë të trajnimit “{ $training }”.
session-changed-subject = Ndryshim: { $module }, { $time }
session-changed-text = Një seancë e trajnimit “{ $training }” ka ndryshuar: “{ $module }”, { $time }.
session-changes = Tani ndryshon kjo:
session-cancelled-subject = Anulim: { $module }, { $time }
session-cancelled-text = Një seancë e trajnimit “{ $training }” u anulua: “{ $module }”, { $time }.
session-left-subject = Nuk është më seanca juaj: { $module }, { $time }
session-left-text = Nuk keni më vend në këtë seancë të trajnimit “{ $training }”: “{ $module }”, { $time }.
session-given-subject = Ju zhvilloni një seancë: { $module }, { $time }
session-given-text = Jeni ndër ata që zhvillojnë një seancë të trajnimit “{ $training }”.
session-not-given-subject = Nuk e zhvilloni më seancën: { $module }, { $time }
session-not-given-text = Nuk jeni më ndër ata që zhvillojnë këtë seancë të trajnimit “{ $training }”: “{ $module }”, { $time }.
choose-subject = Ju lutemi zgjidhni një seancë: { $module }
choose-text = Në trajnimin “{ $training }”, ju lutemi zgjidhni seancën e këtij moduli që ju përshtatet: “{ $module }”.
choose-before = Seanca që kishit në kalendar është një prej tyre. Vendi juaj aty ruhet vetëm nëse e zgjidhni.
choose-another = Ju lutemi zgjidhni një seancë tjetër të këtij moduli.

calendar-add = Ftesa me këtë mesazh e vendos seancën në kalendarin tuaj.
calendar-change = Ftesa me këtë mesazh e ndryshon seancën në kalendarin tuaj.
calendar-remove = Njoftimi me këtë mesazh e heq seancën nga kalendari juaj.

reminder-subject = Kujtesë: { $module }, { $time }
reminder-text = Një seancë e trajnimit “{ $training }” fillon { $ahead }.
ahead-minutes = { $n ->
    [one] pas një minute
   *[other] pas { $n } minutash
}
ahead-hours = { $n ->
    [one] pas një ore
   *[other] pas { $n } orësh
}
ahead-days = { $n ->
    [one] pas një dite
   *[other] pas { $n } ditësh
}

## Çfarë thuhet për një seancë

fact-time = Data dhe ora
fact-mode = Forma
fact-booked = Ju merrni pjesë
fact-link = Lidhja për takimin në internet
fact-place = Vendi
fact-room = Salla
fact-directions = Si të shkoni atje
fact-accessibility = Aksesueshmëria
fact-language = Gjuha
fact-interpretation = Përkthimi gojor
mode-online = në internet
mode-in-person = me prani fizike
mode-hybrid = me prani fizike dhe në internet
was = Më parë: { $was }
now = Tani: { $now }
nothing = asnjë

## Rruga drejt certifikatës

missing-subject = { $n ->
    [one] Edhe një modul deri te certifikata juaj: { $training }
   *[other] Edhe { $n } module deri te certifikata juaj: { $training }
}
missing-completion = { $required ->
    [one] Për një certifikatë përfundimi të trajnimit “{ $training }” ju duhet një modul. Deri tani keni ndjekur { $attended }.
   *[other] Për një certifikatë përfundimi të trajnimit “{ $training }” ju duhen { $required } module. Deri tani keni ndjekur { $attended }.
}
missing-attendance = { $required ->
    [one] Për një certifikatë pjesëmarrjeje të trajnimit “{ $training }” ju duhet një modul. Deri tani keni ndjekur { $attended }.
   *[other] Për një certifikatë pjesëmarrjeje të trajnimit “{ $training }” ju duhen { $required } module. Deri tani keni ndjekur { $attended }.
}
missing-modules = { $n ->
    [one] Ju mungon edhe një modul. Këto nuk i keni ndjekur ende:
   *[other] Ju mungojnë edhe { $n } module. Këto nuk i keni ndjekur ende:
}
missing-none = Nuk është planifikuar seancë tjetër e këtij moduli.
missing-ends = Seanca e fundit e trajnimit është në këtë ditë: { $date }.

certificate-subject = Certifikata juaj është gati: { $training }
certificate-completion = Ju e përfunduat trajnimin “{ $training }”. Certifikata juaj e përfundimit është gati.
certificate-attendance = Ju morët pjesë në trajnimin “{ $training }”. Certifikata juaj e pjesëmarrjes është gati.

## Gjuhët

language-en = anglisht
language-sq = shqip
language-bg = bullgarisht
language-fr = frëngjisht
language-nl = holandisht
language-ga = irlandisht
language-es = spanjisht
language-pt = portugalisht
language-de = gjermanisht
language-el = greqisht
language-it = italisht
language-mk = maqedonisht
language-ro = rumanisht
language-rom = romisht
language-sr = serbisht
language-tr = turqisht
language-uk = ukrainisht
language-sgn = gjuha e shenjave
language-ils = shenjat ndërkombëtare
language-sqk = gjuha shqipe e shenjave
language-bqn = gjuha bullgare e shenjave
language-sfb = gjuha belge franceze e shenjave
language-vgt = gjuha flamande e shenjave
language-dse = gjuha holandeze e shenjave
language-isg = gjuha irlandeze e shenjave
language-ssp = gjuha spanjolle e shenjave
language-psr = gjuha portugeze e shenjave
