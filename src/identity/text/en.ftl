# Pages of accounts in English.

## Around every page

page-skip = Skip to the content
page-sign-out = Sign out
page-footer = This site sets one cookie, while you are signed in, and loads nothing from elsewhere.
page-faults = Please correct this:
page-fault-prefix = Error:

## Fields

field-email = E-mail address
field-name = Your name
field-password = Password
field-new-password = New password
field-new-password-hint = { $shortest } to { $longest } characters. A sentence is good; it must not contain your name or address.
field-current = Current password
field-organisation = Name of the organisation
field-organisation-hint = As it shall stand on certificates, for example: Municipality of Tirana.
field-code = Code of the organisation
field-code-hint = A short word of 2 to 16 capital letters and digits, for example TIRANA. It stands in web addresses and in the numbers of certificates, and cannot be changed later.
field-language = Language of your pages and mails
field-language-hint = Mails are written in all of these; pages in English and Albanian so far, and in English for everybody else.

## What can be wrong

fault-wrong-credentials = Address and password do not belong together. Check both and try again.
fault-wrong-password = This is not your password.
fault-missing-value = Fill in your name.
fault-too-long = This name is too long.
fault-not-an-email = This is not an e-mail address. It looks like name@example.org.
fault-email-not-ascii = An address has only the letters A to Z, digits and signs, without accents.
fault-email-taken = There is an account with this address already.
fault-password-too-short = A password has at least { $shortest } characters. A sentence is good.
fault-password-too-long = A password has at most { $longest } characters.
fault-password-too-simple = This password repeats too few different characters.
fault-password-personal = A password must not contain part of your name or address.
fault-organisation-name = Fill in the name of the organisation, in at most 200 characters.
fault-organisation-code = A code is 2 to 16 capital letters A to Z and digits, such as TIRANA.
fault-organisation-exists = Another organisation has this code. Choose another one.
fault-member-exists = You are a member of this organisation already. Sign in to see it.
fault-person-has-account = The person whom this invitation is for has another account already. Ask whoever invited you.

## Signing in

sign-in-title = Sign in
sign-in-button = Sign in
sign-in-forgotten = Forgotten your password?
done-signed-out = You are signed out.
done-password = Your password is changed. Sign in with it.

## An invitation

invitation-page-title = { $organisation } invites you
invitation-page-roles = You will take part as: { $roles }.
invitation-page-new = Say who you are and choose a password, and you are in.
invitation-page-known = You have an account with this address already: its password is all we need.
invitation-button = Accept the invitation
invitation-gone-title = This invitation cannot be used
invitation-gone-text = It was used already, was taken back, or is older than 14 days. If it was you who used it, sign in. Otherwise ask whoever invited you for another one. Check also that the whole address was copied from the mail.
invitation-gone-next = Sign in

founding-title = Set up rights-academy
founding-text = This makes your account, which looks after the installation, and an organisation, which you will administer. You can invite everybody else afterwards.
founding-button = Set up

role-learner = learner
role-trainer = trainer
role-hr = human resources
role-hr-names = human resources (may read names)
role-administrator = administrator
role-adviser = adviser

## A forgotten password

reset-ask-title = Forgotten password
reset-ask-text = Write your e-mail address. If there is an account with it, you will get a mail with a link to choose another password.
reset-ask-button = Send the link
reset-ask-back = Back to signing in
reset-asked-title = Look into your mailbox
reset-asked-text = If there is an account with this address, a mail with a link is on its way. The link works once, for one hour. If nothing comes, look among unwanted mail, and check that it was the address that you were invited with.
reset-asked-next = Back to signing in
reset-choose-title = Choose a new password
reset-choose-text = You are then signed out everywhere, tokens for scripts are revoked, and you sign in with the new password.
reset-choose-button = Change the password
reset-gone-title = This link cannot be used
reset-gone-text = It was used already, or is older than one hour, or a newer password was chosen. Ask for another link; it comes at once.
reset-gone-next = Ask for another link

## The account

account-title = Your account
account-who = Who you are
account-operator = You look after this installation.
account-organisations = Your organisations
account-organisations-none = You belong to no organisation. Whoever runs your training can invite you.
account-trainings = Your trainings
account-sign-ins = Where you are signed in
account-sign-ins-text = If you do not know one of these, end it and change your password.
account-sign-in-current = this browser
account-sign-in-unknown = Another browser or program
account-sign-in-browser = Browser, signed in { $time }
account-sign-in-program = Program, signed in { $time }
account-sign-in-end = End
account-sign-in-end-others = End all others
account-password = Change your password
account-password-text = All other browsers and programs are then signed out. Tokens for scripts go on working; a password that is reset by mail revokes them.
account-password-button = Change the password
account-programs = For programs
account-programs-text = What you may do here, programs can do for you.
account-programs-link = Read the description of the API
done-ended = The sign-in is ended.
done-ended-others = All other sign-ins are ended.
done-password-changed = Your password is changed. All other sign-ins are ended.

## Errors

error-forbidden-title = This form came from elsewhere
error-forbidden-text = For your safety, forms are taken from our own pages only. Open the page again, and send the form from there.
error-forbidden-next = Open the start page
error-not-found-title = There is nothing here
error-not-found-text = Nothing is at this address, or not any more.
error-not-found-next = Open the start page
error-too-many-title = Too many tries
error-too-many-text = { $n ->
    [one] Please wait a second, and try again.
   *[other] Please wait { $n } seconds, and try again.
}
error-too-many-next = Open the start page
error-unavailable-title = Not available just now
error-unavailable-text = Please try again in a moment. What you typed was not saved.
error-unavailable-next = Open the start page
error-internal-title = Something went wrong
error-internal-text = It is our fault and not yours, and we have noted it. Please try again later.
error-internal-next = Open the start page
error-unreadable-title = This could not be read
error-unreadable-text = The form did not arrive whole, or was too long. Go back, and send it again.
error-unreadable-next = Open the start page
