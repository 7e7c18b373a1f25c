import type { TranslationOf } from '@chatlane/middleware';
import type { en } from './en.js';

/** What the bot says in German. */
export const de: TranslationOf<typeof en> = {
  'language.name': 'Deutsch',
  'language.choose': 'In welcher Sprache soll ich sprechen? Jetzt: {{language}}.',
  'language.chosen': 'Ich spreche jetzt Deutsch mit dir.',
  'language.app': 'Wie meine App',
  'language.unknown': 'Das spreche ich nicht. Ich spreche: {{languages}}.',

  'command.start': 'Kennenlernen',
  'command.register': 'Mit Name, E-Mail und Telefon anmelden',
  'command.profile': 'Womit du angemeldet bist',
  'command.survey': 'Sag mir, wie dir dieser Bot gefällt',
  'command.settings': 'Einstellungen',
  'command.language': 'Die Sprache wechseln',
  'command.admin': 'Langsamer Modus und Statistik',
  'command.cancel': 'Abbrechen, was gerade läuft',
  'command.reset': 'Neu beginnen, wenn nichts mehr geht',
  'command.help': 'Was ich kann',

  'help.title': 'Das kann ich:',
  'help.files': 'Schick mir eine Datei und finde sie in jedem Chat: @{{bot}} Name',
  'unknown.message': 'Das habe ich nicht verstanden. Mit /help siehst du, was ich kann.',
  'unknown.button': 'Dieser Knopf gilt nicht mehr.',

  'cancel.done': 'Abgebrochen.',
  'cancel.nothing': 'Es gibt nichts abzubrechen.',
  'reset.done':
    'Vergessen ist, wobei wir gerade waren, und was du in diesem Chat registriert und gewählt hast. Mit /help siehst du, was ich kann.',

  'field.name': 'Name',
  'field.email': 'E-Mail',
  'field.phone': 'Telefon',
  'field.age': 'Alter',

  'ask.name': 'Bitte schick deinen Namen als Text, höchstens 64 Zeichen. /cancel bricht ab.',
  'start.name': 'Hallo! Wie heißt du?',
  'start.age': 'Wie alt bist du?',
  'start.ageAgain': 'Bitte schick dein Alter als Zahl von 1 bis 120. /cancel bricht ab.',

  'register.name': 'Wie heißt du?',
  'register.email': 'Wie lautet deine E-Mail-Adresse?',
  'register.emailAgain':
    'Das ist keine E-Mail-Adresse. Bitte schick eine wie ann@example.com. /cancel bricht ab.',
  'register.phone': 'Wie lautet deine Telefonnummer? Teile sie mit dem Knopf unten.',
  'register.phoneButton': 'Meine Nummer teilen',
  'register.phoneAgain': 'Bitte teile mit dem Knopf unten deine eigene Nummer. /cancel bricht ab.',
  'register.phoneOfAnother': 'Das ist die Nummer von jemand anderem. Ich brauche deine eigene.',
  'register.code':
    'Ich habe einen Code mit 6 Ziffern an {{phone}} geschickt. Bitte tippe ihn hier.',
  'register.codeMessage_one':
    '{{code}} ist dein Code für @{{bot}}. Er gilt eine Minute. Gib ihn niemandem.',
  'register.codeMessage_other':
    '{{code}} ist dein Code für @{{bot}}. Er gilt {{count}} Minuten. Gib ihn niemandem.',
  'register.codeAgain': 'Ein Code hat 6 Ziffern. Bitte tippe den, der dir geschickt wurde.',
  'register.codeWrong_one': 'Das ist nicht der Code. Du hast noch einen Versuch.',
  'register.codeWrong_other': 'Das ist nicht der Code. Du hast noch {{count}} Versuche.',
  'register.codeSpent':
    'Auch das war nicht der Code. Teile deine Nummer noch einmal für einen neuen.',
  'register.codeExpired':
    'Dieser Code gilt nicht mehr. Teile deine Nummer noch einmal für einen neuen.',
  'register.codeTooMany':
    'Ich habe dir zu viele Codes geschickt. Bitte versuch es in einer Stunde.',
  'register.summary': 'Ist das richtig?',
  'register.yes': 'Ja',
  'register.editName': 'Name ändern',
  'register.editEmail': 'E-Mail ändern',
  'register.editPhone': 'Telefon ändern',
  'register.pressAButton': 'Bitte drück einen Knopf unter der Nachricht oben. /cancel bricht ab.',
  'register.done': 'Du bist angemeldet.',

  'profile.survey': 'Du hast diesem Bot {{rating}} von 5 gegeben.',
  'profile.none': 'Du bist nicht angemeldet. Schick /register.',

  'settings.title': 'Einstellungen',
  'settings.language': 'Sprache: {{language}}',
  'settings.hintsOn': 'Hinweise: an',
  'settings.hintsOff': 'Hinweise: aus',
  'settings.close': 'Schließen',
  'settings.back': 'Zurück',
  'settings.closed': 'Einstellungen geschlossen.',

  'survey.rating': 'Wie gefällt dir dieser Bot, von 1 bis 5?',
  'survey.improve': 'Was sollte besser sein?',
  'survey.recommend': 'Das freut mich! Würdest du ihn empfehlen?',
  'survey.yes': 'Ja',
  'survey.no': 'Nein',
  'survey.pressAButton': 'Bitte drück einen der Knöpfe. /cancel bricht ab.',
  'survey.textPlease': 'Bitte sag es mir in Worten. /cancel bricht ab.',
  'survey.thanks': 'Danke! Du hast {{rating}} von 5 gegeben.',

  'admin.title': 'Langsamer Modus: {{slowMode}}\nNachrichten, die ich hier sah: {{messages}}',
  'admin.slowModeOff': 'aus',
  'admin.slowModeSeconds_one': 'eine Antwort in der Sekunde für jeden',
  'admin.slowModeSeconds_other': 'eine Antwort in {{count}} s für jeden',
  'admin.buttonOff': 'Aus',
  'admin.buttonSeconds': '{{seconds}} s',

  'owner.shown': '{{name}}: Worker {{pid}}, läuft seit {{minutes}} min',

  'files.kept': 'Gemerkt. Finde sie in jedem Chat: @{{bot}} {{name}}',
  'files.none': 'Nichts gefunden: schick mir erst eine Datei',
  'files.found_one': 'Eine deiner Dateien',
  'files.found_other': '{{count}} deiner Dateien',
  'files.document': 'Dokument',
  'files.photo': 'Foto',
  'files.video': 'Video',
  'files.animation': 'Animation',
  'files.audio': 'Audio',
  'files.voice': 'Sprachnachricht',

  'guard.privateOnly': 'Bitte schick mir das in einem privaten Chat.',
  'guard.groupOnly': 'Das geht in Gruppen.',
  'guard.adminOnly': 'Das dürfen nur Admins dieser Gruppe.',
  'guard.buttonNotYours': 'Dieser Knopf ist für jemand anderen.',
  'rateLimit.told': 'Langsam, bitte: Gleich antworte ich wieder.',

  'error.retry': 'Entschuldige, da ist etwas schiefgegangen. Ich versuche es gleich noch einmal.',
  'error.codeNotSent': 'Der Code ließ sich nicht senden. Ich versuche es gleich noch einmal.',
  'error.never': 'Entschuldige, da ist etwas schiefgegangen.',
};
