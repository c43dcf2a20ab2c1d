# Timpeall ar gach teachtaireacht, i nGaeilge.

label = { $name }:
link-hint = Mura n-osclaíonn an nasc, cóipeáil an seoladh seo isteach i do bhrabhsálaí:
footer = Sheol { $organisation } an teachtaireacht seo trí rights-academy. Ní lódálann sí aon rud ó áit eile agus ní thuairiscíonn sí ar léadh í.
footer-installation = Sheol rights-academy an teachtaireacht seo. Ní lódálann sí aon rud ó áit eile agus ní thuairiscíonn sí ar léadh í.
