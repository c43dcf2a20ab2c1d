# Iontrálacha féilire i nGaeilge.

programme = Clár: { $value }
cohort = Grúpa: { $value }
mode = Bealach: { $value }
mode-online = ar líne
mode-in-person = i láthair
mode-hybrid = i láthair agus ar líne
link = Le páirt a ghlacadh ar líne: { $value }
language = Teanga: { $value }
interpretation = Ateangaireacht: { $value }
accessibility = Inrochtaineacht: { $value }
directions = Conas teacht ann: { $value }
place-online = Ar líne
room = seomra { $value }
cancelled-because = Curtha ar ceal: { $value }

to-be-booked = { $session } (roghnaigh seisiún amháin)
to-be-booked-hint = Tugtar an modúl seo níos mó ná uair amháin, agus níl seisiún roghnaithe agat go fóill. A luaithe a roghnóidh tú ceann, imeoidh na cinn eile as d’fhéilire.
feed-name = Oiliúint: { $organisation }

language-sq = Albáinis
language-bg = Bulgáiris
language-en = Béarla
language-fr = Fraincis
language-nl = Ollainnis
language-ga = Gaeilge
language-es = Spáinnis
language-pt = Portaingéilis
language-de = Gearmáinis
language-el = Gréigis
language-it = Iodáilis
language-mk = Macadóinis
language-rom = Romainis
language-sr = Seirbis
language-tr = Tuircis
language-uk = Úcráinis
language-sgn = teanga chomharthaíochta
