# Teachtaireachtaí faoi chlárú agus faoi sheisiúin i nGaeilge.

greeting = Dia duit, { $name },
reason = An chúis a tugadh: { $reason }

## Cad is féidir leat a dhéanamh

button-training = Oscail leathanach d’oiliúna
button-enrol = Cláraigh
button-accept = Glac leis an áit
button-book = Roghnaigh do chuid seisiún
button-join = Glac páirt sa seisiún ar líne
button-certificate = Oscail do theastas

## Clárú

invited-subject = Tá cuireadh agat: { $training }
invited-text = Tugann { $organisation } cuireadh duit chuig an oiliúint “{ $training }”. Leis an nasc thíos feicfidh tú cad atá i gceist léi agus cathain a bheidh sí ar siúl, agus is féidir leat clárú.

requested-subject = Tháinig d’iarratas: { $training }
requested-text = Tháinig d’iarratas ar pháirt a ghlacadh san oiliúint “{ $training }”. Tá ceadú de dhíth air. Ní gá duit aon rud a dhéanamh go dtí sin: scríobhfaimid chugat a luaithe a bheidh cinneadh déanta.

enrolled-subject = Tá tú cláraithe: { $training }
enrolled-text = Tá tú cláraithe san oiliúint “{ $training }”.
sessions-text = { $n ->
    [one] Seo é do sheisiún go dtí seo:
   *[other] Seo iad do chuid seisiún go dtí seo:
}
sessions-none = Níl na seisiúin socraithe fós. Taispeánfaidh leathanach d’oiliúna iad a luaithe a bheidh.
book-heading = Seisiúin le roghnú
book-text = { $n ->
    [one] Roghnaigh, le do thoil, an seisiún a oireann duit don mhodúl seo:
   *[other] Roghnaigh, le do thoil, an seisiún a oireann duit do gach ceann de na modúil seo:
}

waitlisted-subject = Tá tú ar an liosta feithimh: { $training }
waitlisted-text = Tá gach áit san oiliúint “{ $training }” tógtha. Tá tú ar uimhir { $position } ar an liosta feithimh.
waitlisted-note = Tugtar na háiteanna a thagann saor do na daoine ar an liosta in ord an liosta. Ní gá duit aon rud a dhéanamh: scríobhfaimid chugat nuair a thiocfaidh do sheal.

offered-subject = Tá áit á coinneáil duit: { $training }
offered-text = Tháinig áit saor san oiliúint “{ $training }”, agus is leatsa an seal. Tá an áit á coinneáil duit go dtí an t-am seo: { $until }.
offered-note = Mura nglacann tú léi faoin am sin, tabharfar í don chéad duine eile ar an liosta feithimh.

promoted-subject = Tháinig áit saor agus tá tú cláraithe: { $training }
promoted-text = Tháinig áit saor san oiliúint “{ $training }”. Is leatsa í: tá tú cláraithe.

declined-subject = Níor ceadaíodh d’iarratas: { $training }
declined-text = Níor ceadaíodh d’iarratas ar pháirt a ghlacadh san oiliúint “{ $training }”.

closed-requested-subject = Ní dhearnadh cinneadh ar d’iarratas: { $training }
closed-requested-text = D’iarr tú áit san oiliúint “{ $training }”. Tá an oiliúint dúnta anois, agus ní raibh cinneadh déanta ar d’iarratas. Is oth linn é.

closed-offered-subject = Níl an áit á coinneáil duit a thuilleadh: { $training }
closed-offered-text = Bhí áit san oiliúint “{ $training }” á coinneáil duit, agus níor glacadh léi sular dúnadh an oiliúint. Níl sí á coinneáil a thuilleadh.

closed-waitlisted-subject = Níor tháinig áit saor: { $training }
closed-waitlisted-text = D’iarr tú áit san oiliúint “{ $training }”. Tá an oiliúint dúnta anois, agus níor tháinig áit saor duit. Is oth linn é.

offer-over-subject = Níl an áit á coinneáil duit a thuilleadh: { $training }
offer-over-text = Bhí áit san oiliúint “{ $training }” á coinneáil duit agus níor glacadh léi in am. Níl sí á coinneáil a thuilleadh. Fad atá an clárú oscailte, is féidir leat áit a iarraidh arís.

left-subject = D’fhág tú an oiliúint: { $training }
left-text = D’fhág tú an oiliúint “{ $training }”, mar ba mhian leat. Ní bhfaighidh tú a thuilleadh teachtaireachtaí faoina cuid seisiún. Más botún a bhí ann, is féidir leat clárú arís fad atá an clárú oscailte.

taken-out-subject = Tá deireadh le do pháirt san oiliúint: { $training }
taken-out-text = Chuir lucht reáchtála na hoiliúna “{ $training }” deireadh le do chlárú. Má cheapann tú gur botún é seo, cuir ceist orthu, le do thoil.

## Seisiúin

session-subject = Do sheisiún: { $module }, { $time }
session-text = Tá áit agat i seisiún den oiliúint “{ $training }”.
session-changed-subject = Athraithe: { $module }, { $time }
session-changed-text = Athraíodh seisiún den oiliúint “{ $training }”: “{ $module }”, { $time }.
session-changes = Seo an difríocht anois:
session-cancelled-subject = Curtha ar ceal: { $module }, { $time }
session-cancelled-text = Tá seisiún den oiliúint “{ $training }” curtha ar ceal: “{ $module }”, { $time }.
session-left-subject = Ní leatsa an seisiún seo a thuilleadh: { $module }, { $time }
session-left-text = Níl áit agat a thuilleadh sa seisiún seo den oiliúint “{ $training }”: “{ $module }”, { $time }.
session-given-subject = Tá seisiún á thabhairt agat: { $module }, { $time }
session-given-text = Tá tú ar dhuine díobh siúd a thugann seisiún den oiliúint “{ $training }”.
session-not-given-subject = Níl seisiún á thabhairt agat a thuilleadh: { $module }, { $time }
session-not-given-text = Níl tú ar dhuine díobh siúd a thugann an seisiún seo den oiliúint “{ $training }” a thuilleadh: “{ $module }”, { $time }.
choose-subject = Roghnaigh seisiún, le do thoil: { $module }
choose-text = San oiliúint “{ $training }”, roghnaigh an seisiún den mhodúl seo a oireann duit: “{ $module }”.
choose-before = Tá an seisiún a bhí i d’fhéilire ar cheann acu. Ní choinnítear d’áit ann ach má roghnaíonn tú é.
choose-another = Roghnaigh seisiún eile den mhodúl seo, le do thoil.

calendar-add = Cuireann an cuireadh leis an teachtaireacht seo an seisiún i d’fhéilire.
calendar-change = Athraíonn an cuireadh leis an teachtaireacht seo an seisiún i d’fhéilire.
calendar-remove = Baineann an fógra leis an teachtaireacht seo an seisiún as d’fhéilire.

reminder-subject = Meabhrúchán: { $module }, { $time }
reminder-text = Tosóidh seisiún den oiliúint “{ $training }” { $ahead }.
ahead-minutes = { $n ->
    [one] i gceann nóiméid
   *[other] i gceann { $n } nóiméad
}
ahead-hours = { $n ->
    [one] i gceann uair an chloig
    [two] i gceann dhá uair an chloig
    [few] i gceann { $n } huaire an chloig
    [many] i gceann { $n } n-uaire an chloig
   *[other] i gceann { $n } uair an chloig
}
ahead-days = { $n ->
    [one] i gceann lae
    [two] i gceann dhá lá
   *[other] i gceann { $n } lá
}

## Cad a deirtear faoi sheisiún

fact-time = Dáta agus am
fact-mode = Cineál
fact-booked = Beidh tú páirteach
fact-link = Nasc chuig an gcruinniú ar líne
fact-place = Áit
fact-room = Seomra
fact-directions = Conas teacht ann
fact-accessibility = Inrochtaineacht
fact-language = Teanga
fact-interpretation = Ateangaireacht
mode-online = ar líne
mode-in-person = i láthair
mode-hybrid = i láthair agus ar líne
was = Roimhe seo: { $was }
now = Anois: { $now }
nothing = dada

## An bealach chuig an teastas

missing-subject = { $n ->
    [one] Modúl amháin eile go dtí do theastas: { $training }
    [two] Dhá mhodúl eile go dtí do theastas: { $training }
    [few] { $n } mhodúl eile go dtí do theastas: { $training }
    [many] { $n } modúl eile go dtí do theastas: { $training }
   *[other] { $n } modúl eile go dtí do theastas: { $training }
}
missing-completion = Líon na modúl atá de dhíth chun teastas críochnaithe a fháil san oiliúint “{ $training }”: { $required }. Líon na modúl ar fhreastail tú orthu go dtí seo: { $attended }.
missing-attendance = Líon na modúl atá de dhíth chun teastas freastail a fháil san oiliúint “{ $training }”: { $required }. Líon na modúl ar fhreastail tú orthu go dtí seo: { $attended }.
missing-modules = { $n ->
    [one] Tá modúl amháin eile de dhíth ort. Níor fhreastail tú orthu seo fós:
    [two] Tá dhá mhodúl eile de dhíth ort. Níor fhreastail tú orthu seo fós:
    [few] Tá { $n } mhodúl eile de dhíth ort. Níor fhreastail tú orthu seo fós:
    [many] Tá { $n } modúl eile de dhíth ort. Níor fhreastail tú orthu seo fós:
   *[other] Tá { $n } modúl eile de dhíth ort. Níor fhreastail tú orthu seo fós:
}
missing-none = Níl aon seisiún eile den mhodúl seo beartaithe.
missing-ends = Beidh an seisiún deireanach den oiliúint ar an lá seo: { $date }.

certificate-subject = Tá do theastas réidh: { $training }
certificate-completion = Chríochnaigh tú an oiliúint “{ $training }”. Tá do theastas críochnaithe réidh.
certificate-attendance = D’fhreastail tú ar an oiliúint “{ $training }”. Tá do theastas freastail réidh.

## Teangacha

language-en = Béarla
language-sq = Albáinis
language-bg = Bulgáiris
language-fr = Fraincis
language-nl = Ollainnis
language-ga = Gaeilge
language-es = Spáinnis
language-pt = Portaingéilis
language-de = Gearmáinis
language-el = Gréigis
language-it = Iodáilis
language-mk = Macadóinis
language-ro = Rómáinis
language-rom = Romainis
language-sr = Seirbis
language-tr = Tuircis
language-uk = Úcráinis
language-sgn = teanga chomharthaíochta
language-ils = comharthaíocht idirnáisiúnta
language-sqk = Teanga Chomharthaíochta na hAlbáine
language-bqn = Teanga Chomharthaíochta na Bulgáire
language-sfb = Teanga Chomharthaíochta na Beilge Fraincise
language-vgt = Teanga Chomharthaíochta Fhlóndras
language-dse = Teanga Chomharthaíochta na hÍsiltíre
language-isg = Teanga Chomharthaíochta na hÉireann
language-ssp = Teanga Chomharthaíochta na Spáinne
language-psr = Teanga Chomharthaíochta na Portaingéile
