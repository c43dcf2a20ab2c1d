# Teachtaireachtaí na gcuntas i nGaeilge.

invitation-subject = Tá cuireadh duit ó { $organisation }
invitation-greeting = Dia duit,
invitation-text = Tugann { $organisation } cuireadh duit chuig oiliúint ar chearta digiteacha an duine. Leis an nasc thíos roghnaíonn tú pasfhocal, nó úsáideann tú an ceann atá agat, agus bíonn rochtain agat.
invitation-button = Glac leis an gcuireadh
invitation-note = Oibríonn an nasc uair amháin, ar feadh 14 lá. Mura bhfuil a fhios agat cad atá i gceist leis seo, ná déan aon rud: ní tharlóidh aon rud.

reset-subject = Roghnaigh pasfhocal nua
reset-greeting = Dia duit, { $name },
reset-text = Dúirt duine éigin, tusa, tá súil againn, go ndearna tú dearmad ar do phasfhocal. Leis an nasc thíos roghnaíonn tú ceann nua. Beidh tú logáilte amach i ngach áit eile ansin.
reset-button = Roghnaigh pasfhocal nua
reset-note = Oibríonn an nasc uair amháin, ar feadh uair an chloig. Murar tusa a bhí ann, ná déan aon rud: fanann do phasfhocal mar atá sé.
