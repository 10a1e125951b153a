/** Words of set-up, sign-in and invitations. */
export const access = {
  "access.setUp": "Set up Hebah",
  "access.setUpHint": "One minute, then you can link your first number.",
  "access.setUpInvalid": "This set-up link does not work",
  "access.setUpInvalidHint":
    "It was used already, or is too old. Start Hebah again with “hebah up”: it prints a new link.",
  "access.setUpDone": "Hebah is set up already",
  "access.setUpDoneHint": "Sign in with your e-mail and password.",
  "access.you": "You, the owner",
  "access.workspace": "Your workspace",
  "access.workspaceName": "Name of the workspace",
  "access.workspaceHint": "Usually the name of your shop. You can change it later.",
  "access.zone": "Time zone",
  "access.zoneHint": "All times and quiet hours follow this zone.",
  "access.language": "Language",
  "access.name": "Your name",
  "access.email": "E-mail",
  "access.password": "Password",
  "access.passwordHint": "At least 12 characters. A short sentence is easy to remember.",
  "access.trySimulated": "Try it with simulated numbers",
  "access.trySimulatedHint":
    "Adds pretend phones and people who read and reply, so you can try everything without touching a real number. You can switch it off later.",
  "access.start": "Start using Hebah",
  "access.signIn": "Sign in",
  "access.signInTo": "Sign in to Hebah",
  "access.forgot":
    "Forgot the password? Ask an owner for an invitation, or run “hebah up” on the server: it prints a sign-in link.",
  "access.needsSetUp": "Hebah is not set up yet",
  "access.needsSetUpHint":
    "Open the link that was printed where Hebah was started. If it is too old, start Hebah again.",
  "access.entering": "Signing you in…",
  "access.enterFailed": "This sign-in link does not work",
  "access.enterFailedHint":
    "A sign-in link works once, and only for a short time. Run the command again for a new one, or sign in with your password.",
  "access.join": "Join the team",
  "access.joinHint": "Choose a name and a password. Your e-mail is the one you were invited with.",
  "access.joinButton": "Join",
  "access.tagline": "Many WhatsApp numbers, one calm place.",
  "access.notAffiliated": "Hebah is not made by WhatsApp or Meta.",
} as const;
