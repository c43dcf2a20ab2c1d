# What a certificate says in English.
title-completion = Certificate of Completion
title-attendance = Certificate of Attendance
certifies = This certifies that
# $attended and $total: numbers of modules.
attended =
    { $total ->
        [one] attended the one module of the training programme
       *[other] attended { $attended } of { $total } modules of the training programme
    }
confirmation = This certificate confirms participation in the sessions listed. No examination was taken.
# $date: already written out.
issued = { $place }, { $date }
issued-without-place = Issued on { $date }
serial = Serial number
verify-at = Verify this certificate at
verification-code = Verification code
# $hours may be 0, $minutes too, not both.
duration =
    { $hours ->
        [0] { $minutes } min
       *[other]
            { $minutes ->
                [0] { $hours } h
               *[other] { $hours } h { $minutes } min
            }
    }
qr-alt = QR code that opens the verify page of this certificate
