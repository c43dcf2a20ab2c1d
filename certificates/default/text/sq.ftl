# Çfarë thotë certifikata në shqip.
title-completion = Certifikatë përfundimi
title-attendance = Certifikatë pjesëmarrjeje
certifies = Me anë të kësaj certifikate vërtetohet se
attended =
    { $total ->
        [one] ndoqi modulin e vetëm të programit të trajnimit
       *[other] ndoqi { $attended } nga { $total } modulet e programit të trajnimit
    }
confirmation = Kjo certifikatë vërteton pjesëmarrjen në seancat e mësipërme. Nuk është zhvilluar asnjë provim.
issued = { $place }, më { $date }
issued-without-place = Lëshuar më { $date }
serial = Numri serial
verify-at = Verifikojeni këtë certifikatë në
verification-code = Kodi i verifikimit
duration =
    { $hours ->
        [0] { $minutes } min
       *[other]
            { $minutes ->
                [0] { $hours } orë
               *[other] { $hours } orë { $minutes } min
            }
    }
qr-alt = Kod QR që hap faqen e verifikimit të kësaj certifikate
