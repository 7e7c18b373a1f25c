import type { TranslationOf } from '@chatlane/middleware';
import type { en } from './en.js';

/** What the bot says in German. */
export const de: TranslationOf<typeof en> = {
  'language.name': 'Deutsch',
  'language.choose': 'Welche Sprache soll ich sprechen? Im Moment ist es {{language}}.',
  'language.chosen': 'Okay, ab jetzt auf Deutsch.',
  'language.app': 'Wie in Telegram',
  'language.unknown': 'Das spreche ich noch nicht. Zur Auswahl: {{languages}}',

  'command.start': 'Stell dich vor',
  'command.register': 'Mit Name, E-Mail und Telefonnummer registrieren',
  'command.profile': 'Dein Profil',
  'command.survey': 'Sag mir, wie dir dieser Bot gefällt',
  'command.files': 'Deine Dateien. Zum Suchen: /files Rechnung',
  'command.get': 'Eine Datei holen: /get Rechnung',
  'command.forget': 'Alle deine Dateien löschen',
  'command.settings': 'Einstellungen',
  'command.language': 'Die Sprache ändern',
  'command.admin': 'Langsamer Modus und Statistik',
  'command.cancel': 'Abbrechen, was gerade läuft',
  'command.reset': 'Deine Registrierung und Einstellungen hier löschen',
  'command.help': 'Was ich kann',

  'help.title': 'Das kann ich:',
  'help.files':
    'Schick mir eine Datei, dann hebe ich sie für dich auf. In jedem Chat findest du sie wieder mit: @{{bot}} Name',
  'unknown.message': 'Das habe ich leider nicht verstanden. /help zeigt dir, was ich kann.',
  'unknown.again':
    'Das verstehe ich leider auch nicht, deshalb bin ich jetzt erst einmal still. /help zeigt dir, was ich kann.',
  'unknown.button': 'Dieser Knopf funktioniert nicht mehr.',

  'cancel.done': 'Abgebrochen.',
  'cancel.nothing': 'Gerade läuft nichts, was ich abbrechen könnte.',
  'reset.done':
    'Erledigt. Ich habe vergessen, was wir gerade gemacht haben, und auch deine Registrierung und deine Einstellungen hier.',
  'reset.files': 'Deine Dateien sind noch gespeichert; /forget löscht sie.',

  'dropped.start': 'Okay, die Vorstellung lassen wir erst einmal. Mit /start holen wir sie nach.',
  'dropped.register':
    'Ich habe deine Registrierung abgebrochen und nichts gespeichert. Mit /register fängst du neu an.',
  'dropped.survey': 'Ich habe die Umfrage abgebrochen. Mit /survey fängst du neu an.',
  'dropped.again': 'Fangen wir noch einmal von vorn an.',

  'field.name': 'Name',
  'field.email': 'E-Mail',
  'field.phone': 'Telefon',

  'ask.name':
    'Bitte schreib mir deinen Namen (mit Buchstaben, höchstens 64 Zeichen). Zum Abbrechen: /cancel',
  'ask.corrected': 'Alles klar: {{value}}',
  'ask.again': 'Das passt noch nicht. Ich warte auf deine Antwort. Zum Abbrechen: /cancel',
  'start.name': 'Hallo! Wie heißt du?',
  'start.age': 'Wie alt bist du?',
  'start.ageAgain':
    'Bitte schick mir dein Alter als ganze Zahl von 1 bis 120. Zum Abbrechen: /cancel',
  'start.done': 'Schön, dich kennenzulernen, {{name}} ({{age}}). /help zeigt dir, was ich kann.',

  'register.name': 'Wie heißt du?',
  'register.email': 'Wie lautet deine E-Mail-Adresse?',
  'register.emailAgain':
    'Das sieht nicht nach einer E-Mail-Adresse aus. Bitte schick mir eine wie ann@example.com. Zum Abbrechen: /cancel',
  'register.phone': 'Wie lautet deine Telefonnummer? Tipp unten auf den Knopf, um sie zu teilen.',
  'register.phoneButton': 'Meine Telefonnummer teilen',
  'register.phoneAgain':
    'Bitte teile deine eigene Nummer über den Knopf unten. Zum Abbrechen: /cancel',
  'register.phoneOfAnother':
    'Das ist die Nummer von jemand anderem. Bitte teile deine eigene über den Knopf unten.',
  'register.code':
    'Ich habe einen Code mit 6 Ziffern an {{phone}} geschickt. Bitte gib ihn hier ein.',
  'register.codeMessage_one':
    '{{code}} ist dein Code für @{{bot}}. Er gilt eine Minute. Gib ihn nicht weiter.',
  'register.codeMessage_other':
    '{{code}} ist dein Code für @{{bot}}. Er gilt {{count}} Minuten. Gib ihn nicht weiter.',
  'register.codeAgain':
    'Der Code hat 6 Ziffern. Bitte gib den ein, den du bekommen hast. Zum Abbrechen: /cancel',
  'register.codeWrong_one': 'Das ist nicht der richtige Code. Du hast noch einen Versuch.',
  'register.codeWrong_other': 'Das ist nicht der richtige Code. Du hast noch {{count}} Versuche.',
  'register.codeSpent':
    'Auch das war nicht der richtige Code. Teil deine Nummer noch einmal, dann schicke ich dir einen neuen.',
  'register.codeExpired':
    'Dieser Code ist abgelaufen. Teil deine Nummer noch einmal, dann schicke ich dir einen neuen.',
  'register.codeTooMany':
    'Ich habe schon zu viele Codes geschickt. Bitte versuch es in einer Stunde noch einmal mit /register.',
  'register.summary': 'Stimmt das so?',
  'register.yes': 'Ja',
  'register.editName': 'Name ändern',
  'register.editEmail': 'E-Mail ändern',
  'register.editPhone': 'Telefon ändern',
  'register.pressAButton': 'Bitte tipp oben auf einen der Knöpfe. Zum Abbrechen: /cancel',
  'register.done': 'Du bist registriert.',

  'profile.survey': 'Du hast diesem Bot {{rating}} von 5 Punkten gegeben.',
  'profile.none': 'Du bist noch nicht registriert. Zum Registrieren: /register',

  'settings.title': 'Einstellungen',
  'settings.language': 'Sprache: {{language}}',
  'settings.hintsOn': 'Hinweise: an',
  'settings.hintsOff': 'Hinweise: aus',
  'settings.close': 'Schließen',
  'settings.back': 'Zurück',
  'settings.closed': 'Einstellungen geschlossen.',

  'survey.rating': 'Wie gefällt dir dieser Bot, von 1 (gar nicht) bis 5 (sehr gut)?',
  'survey.improve': 'Was könnte besser sein?',
  'survey.recommend': 'Das freut mich! Würdest du ihn weiterempfehlen?',
  'survey.yes': 'Ja',
  'survey.no': 'Nein',
  'survey.pressAButton': 'Bitte tipp oben auf einen der Knöpfe. Zum Abbrechen: /cancel',
  'survey.textPlease': 'Bitte schreib mir deine Antwort als Text. Zum Abbrechen: /cancel',
  'survey.thanks': 'Danke! Du hast {{rating}} von 5 Punkten gegeben.',

  'admin.title': 'Langsamer Modus: {{slowMode}}\nBisher gesehene Nachrichten: {{messages}}',
  'admin.slowModeOff': 'aus',
  'admin.slowModeSeconds_one': 'ein Befehl pro Mitglied und Sekunde',
  'admin.slowModeSeconds_other': 'ein Befehl pro Mitglied alle {{count}} Sekunden',
  'admin.buttonOff': 'Aus',
  'admin.buttonSeconds': '{{seconds}} s',
  'admin.slowed_one':
    'Hier ist der langsame Modus an. Deine Befehle ignoriere ich noch eine Sekunde lang.',
  'admin.slowed_other':
    'Hier ist der langsame Modus an. Deine Befehle ignoriere ich noch {{count}} Sekunden lang.',

  'owner.shown': '{{name}}: Worker {{pid}}, läuft seit {{minutes}} min',

  'broadcast.how': 'Antworte mit /broadcast auf die Nachricht, die alle bekommen sollen.',
  'broadcast.nobody': 'Ich kenne noch keine anderen Chats, an die ich sie schicken könnte.',
  'broadcast.preview_one': 'Oben steht die Nachricht, wie sie ankommt. Sie geht an 1 Chat.',
  'broadcast.preview_other':
    'Oben steht die Nachricht, wie sie ankommt. Sie geht an {{count}} Chats.',
  'broadcast.send_one': 'An 1 Chat senden',
  'broadcast.send_other': 'An {{count}} Chats senden',
  'broadcast.pause': 'Pausieren',
  'broadcast.resume': 'Weiter',
  'broadcast.cancel': 'Abbrechen',
  'broadcast.progress': '{{state}}: {{done}} von {{recipients}}, {{sent}} zugestellt',
  'broadcast.state.running': 'Wird gesendet',
  'broadcast.state.paused': 'Pausiert',
  'broadcast.state.finished': 'Fertig',
  'broadcast.state.cancelled': 'Abgebrochen',
  'broadcast.stop': 'Keine solchen Nachrichten mehr',
  'broadcast.stopped': 'Okay, du bekommst keine solchen Nachrichten mehr.',
  'broadcast.started': 'Okay, du bekommst diese Nachrichten wieder.',
  'broadcast.subscribe': 'Wieder abonnieren',

  'files.loading': 'Ich speichere {{name}}: {percent} %',
  'files.stored':
    'Gespeichert: {{file}}\nDu findest die Datei mit /files oder in jedem Chat mit: @{{bot}} {{name}}',
  'files.storedUnsearchable': 'Gespeichert: {{file}}\nDu findest die Datei mit /files',
  'files.storedMany_one': '1 Datei gespeichert:',
  'files.storedMany_other': '{{count}} Dateien gespeichert:',
  'files.failed': 'Ich konnte {{name}} nicht speichern: {{why}}.',
  'files.why.too-big': 'Die Datei ist zu groß',
  'files.why.bigger': 'Die Datei ist zu groß (ich nehme höchstens {{size}})',
  'files.why.expired': 'Telegram hat die Datei nicht mehr. Bitte schick sie noch einmal',
  'files.why.quota': 'Dein Limit für heute ist erreicht. Bitte versuch es morgen noch einmal',
  'files.why.type-refused':
    'Dateien dieser Art nehme ich nicht an, oder die Datei ist nicht das, was sie zu sein vorgibt',
  'files.why.unsafe': 'Die Datei ist nicht sicher',
  'files.why.infected': 'Die Datei enthält einen Virus',
  'files.why.damaged': 'Die Datei kam beschädigt an. Bitte schick sie noch einmal',
  'files.why.too-slow': 'Es hat zu lange gedauert. Bitte schick die Datei später noch einmal',
  'files.why.unavailable':
    'Telegram hat mir die Datei nicht gegeben. Bitte schick sie später noch einmal',
  'files.picture': '{{name}}: {{width}} × {{height}}',
  'files.firstLines_one': 'Die ersten Zeilen von {{name}} (1 Seite):',
  'files.firstLines_other': 'Die ersten Zeilen von {{name}} ({{count}} Seiten):',
  'files.noText': '{{name}} enthält keinen Text, nur Bilder.',
  'files.locked':
    'Deine Datei ist gut aufgehoben, nur eine Vorschau kann ich nicht zeigen, weil die Datei mit einem Passwort geschützt ist.',
  'files.notRead': 'Deine Datei ist gut aufgehoben, nur eine Vorschau kann ich nicht zeigen.',
  'files.all_one': 'Du hast 1 Datei:',
  'files.all_other': 'Du hast {{count}} Dateien:',
  'files.page': 'Deine Dateien, {{range}} von {{total}}:',
  'files.found_one': '1 Datei mit „{{words}}“:',
  'files.found_other': '{{count}} Dateien mit „{{words}}“:',
  'files.foundPage': 'Dateien mit „{{words}}“, {{range}} von {{total}}:',
  'files.noneYet': 'Du hast noch keine Dateien. Schick mir eine, dann hebe ich sie auf.',
  'files.noneFound': 'Keine deiner Dateien hat „{{words}}“ im Namen oder in der Bildunterschrift.',
  'files.oldList': 'Diese Liste ist veraltet. Schick noch einmal /files.',
  'files.deleted': 'Diese Datei wurde gelöscht.',
  'files.gone': 'Telegram hat {{name}} nicht mehr.',
  'files.link_one': 'Download-Link (eine Minute gültig): {{link}}',
  'files.link_other': 'Download-Link ({{count}} Minuten gültig): {{link}}',
  'files.forgetAsked':
    'Soll ich alle deine Dateien löschen, auch die, die ich gerade noch speichere? Das lässt sich nicht rückgängig machen.',
  'files.forget': 'Alle löschen',
  'files.keep': 'Behalten',
  'files.kept': 'Gut, ich behalte deine Dateien.',
  'files.forgetting': 'Ich lösche deine Dateien.',
  'files.forgotten_zero': 'Du hattest keine Dateien.',
  'files.forgotten_one': 'Erledigt. Ich habe deine Datei gelöscht.',
  'files.forgotten_other': 'Erledigt. Ich habe deine {{count}} Dateien gelöscht.',
  'files.inlineNone': 'Nichts gefunden. Alle meine Dateien zeigen',
  'files.inlineFound_one': '1 Datei gefunden',
  'files.inlineFound_other': '{{count}} Dateien gefunden',
  // In the accusative, as after “ich speichere” and “ich konnte … nicht speichern”.
  'files.kind.document': 'deine Datei',
  'files.kind.photo': 'dein Foto',
  'files.kind.video': 'dein Video',
  'files.kind.animation': 'deine Animation',
  'files.kind.audio': 'deine Audiodatei',
  'files.kind.voice': 'deine Sprachnachricht',
  'files.kind.video_note': 'deine Videonachricht',
  'files.kind.sticker': 'deinen Sticker',

  'guard.privateOnly': 'Das geht nur im privaten Chat mit mir: @{{bot}}',
  'guard.groupOnly': 'Das geht nur in Gruppen.',
  'guard.adminOnly': 'Das dürfen nur die Admins dieser Gruppe.',
  'guard.buttonNotYours': 'Dieser Knopf ist für jemand anderen.',
  'rateLimit.limited_one':
    'Das geht mir ein bisschen zu schnell. Diese Nachricht und alle weiteren ignoriere ich eine Sekunde lang. Bitte schick sie danach noch einmal.',
  'rateLimit.limited_other':
    'Das geht mir ein bisschen zu schnell. Diese Nachricht und alle weiteren ignoriere ich {{count}} Sekunden lang. Bitte schick sie danach noch einmal.',

  'wait.long': 'Tut mir leid, dass es so lange gedauert hat. Ich antworte jetzt der Reihe nach.',
  'error.retry': 'Tut mir leid, da ist etwas schiefgegangen. Ich versuche es gleich noch einmal.',
  'error.codeNotSent':
    'Tut mir leid, ich konnte den Code nicht senden. Ich versuche es gleich noch einmal.',
  'error.never': 'Tut mir leid, da ist etwas schiefgegangen. Das konnte ich nicht erledigen.',
};
