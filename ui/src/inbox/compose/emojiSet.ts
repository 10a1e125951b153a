// Emoji with the English and Malay words they are found by.

const GROUPS = {
  faces: [
    "😀 grin senyum|😃 happy gembira|😄 laugh ketawa|😁 beam sengih|😆 haha gelak|😅 sweat lega peluh",
    "🤣 rofl terguling|😂 joy tears ketawa menangis|🙂 smile senyum|🙃 upside terbalik|😉 wink kenyit",
    "😊 blush malu|😇 angel malaikat|🥰 hearts sayang|😍 love suka cinta|🤩 star wow|😘 kiss cium|😋 yummy sedap",
    "😛 tongue lidah|😜 crazy gila|🤪 zany gila|🤗 hug peluk|🤭 oops alamak|🤫 quiet senyap|🤔 think fikir",
    "🫡 salute tabik|🤐 zip diam|😐 neutral biasa|😏 smirk sinis|😒 unamused bosan|🙄 roll pandang",
    "😬 grimace kekok|😌 relieved lega|😔 pensive sedih|😴 sleep tidur|😷 mask sakit|🤒 fever demam|🤢 sick loya",
    "🤮 vomit muntah|🤧 sneeze bersin|🥵 hot panas|🥶 cold sejuk|😵 dizzy pening|🤯 mind blown terkejut",
    "🥳 party parti|😎 cool bergaya|🤓 nerd bijak|😕 confused keliru|😟 worried risau|🙁 frown masam",
    "😮 wow terkejut|😲 astonished terperanjat|😳 flushed malu|🥺 please merayu|😢 cry menangis|😭 sob meraung",
    "😱 scream jerit|😞 sad kecewa|😓 tired penat|😩 weary letih|😤 huff geram|😡 angry marah|🤬 swear maki",
    "💀 skull tengkorak|💩 poop tahi|🤡 clown badut|👻 ghost hantu|🤖 robot robot",
  ],
  people: [
    "👍 thumbs up ya bagus|👎 thumbs down tidak|👌 ok baik|✌️ peace damai|🤞 luck tuah|🤟 love you",
    "🤙 call telefon|👈 left kiri|👉 right kanan|👆 up atas|👇 down bawah|☝️ one satu|✋ stop berhenti",
    "👋 wave hai lambai|👏 clap tepuk|🙌 hooray hore|🫶 heart hands kasih|🤝 handshake salam",
    "🙏 please thanks terima kasih tolong|💪 strong kuat|✍️ write tulis|🫰 money duit|👀 eyes mata",
    "🧠 brain otak|👶 baby bayi|👦 boy budak|👧 girl budak|👨 man lelaki|👩 woman wanita|🧕 tudung hijab",
    "👳 turban serban|👴 old man datuk|👵 old woman nenek|🤷 shrug entah|🤦 facepalm aduh",
    "🙋 raise hand angkat tangan|🙇 bow tunduk|💃 dance tari|🏃 run lari|👪 family keluarga|👫 couple pasangan",
    "👥 people orang",
  ],
  nature: [
    "🐱 cat kucing|🐶 dog anjing|🐰 rabbit arnab|🐻 bear beruang|🐯 tiger harimau|🦁 lion singa|🐮 cow lembu",
    "🐔 chicken ayam|🐟 fish ikan|🐢 turtle penyu|🦋 butterfly rama|🐝 bee lebah|🌸 flower bunga|🌹 rose ros",
    "🌺 hibiscus bunga raya|🌻 sunflower|🌴 palm pokok|🌱 plant tumbuh|🍀 clover tuah|🌙 moon bulan",
    "⭐ star bintang|🌟 glow bintang|✨ sparkle kilau|☀️ sun matahari|⛅ cloud awan|🌧️ rain hujan",
    "⛈️ storm ribut|🌈 rainbow pelangi|🔥 fire api|💧 water air|🌊 wave ombak|❄️ snow salji|🌍 world dunia",
  ],
  food: [
    "☕ coffee kopi|🍵 tea teh|🧋 bubble tea teh boba|🥤 drink minuman|🍚 rice nasi|🍛 curry kari|🍜 noodles mi",
    "🍲 stew sup|🍗 chicken ayam|🍖 meat daging|🥩 steak|🍢 satay sate|🍤 prawn udang|🍳 egg telur|🍞 bread roti",
    "🧇 waffle|🍔 burger|🍟 fries kentang|🍕 pizza|🥗 salad ulam|🍎 apple epal|🍌 banana pisang|🥭 mango mangga",
    "🍉 watermelon tembikai|🍍 pineapple nanas|🥥 coconut kelapa|🍇 grapes anggur|🌶️ chili cili|🍰 cake kek",
    "🎂 birthday hari jadi|🍪 biscuit biskut|🍫 chocolate coklat|🍦 ice cream aiskrim|🍯 honey madu",
  ],
  things: [
    "🎉 party parti tahniah|🎊 confetti raya|🎁 gift hadiah|🎈 balloon belon|🏆 trophy juara|🥇 first pertama",
    "⚽ football bola|🏸 badminton|🎵 music muzik|🎤 microphone|📷 camera kamera|📱 phone telefon",
    "💻 laptop komputer|⌚ watch jam|⏰ alarm jam|📞 call panggil|📧 mail emel|📦 parcel bungkusan",
    "🛒 cart troli beli|🛍️ shopping beli belah|🏷️ price harga|💰 money duit|💵 cash tunai|💳 card kad",
    "🧾 receipt resit|🏦 bank|🏪 shop kedai|🏠 home rumah|🏢 office pejabat|🏥 hospital|🕌 mosque masjid",
    "🚗 car kereta|🏍️ motorcycle motosikal|🚚 delivery lori hantar|✈️ plane kapal terbang|🚀 rocket roket",
    "🗺️ map peta|📍 place lokasi|📌 pin|📎 clip|✏️ pencil pensel|📝 note nota|📄 document dokumen",
    "📁 folder fail|📅 calendar kalendar|📈 up naik|📉 down turun|🔑 key kunci|🔒 lock kunci|🔔 bell loceng",
    "📢 announce hebah|💡 idea lampu|🔧 tool alat|💊 medicine ubat|👕 shirt baju|👗 dress gaun|👟 shoes kasut",
    "💍 ring cincin|🕶️ glasses cermin",
  ],
  signs: [
    "❤️ heart hati cinta|🧡 orange jingga|💛 yellow kuning|💚 green hijau|💙 blue biru|💜 purple ungu",
    "🖤 black hitam|🤍 white putih|💔 broken patah|💕 hearts kasih|💯 hundred seratus|✅ yes done siap",
    "☑️ check tanda|✔️ tick betul|❌ no tidak salah|❗ important penting|❓ question soalan",
    "⚠️ warning amaran|🚫 forbidden larangan|🆗 ok|🆕 new baru|🆓 free percuma|🔝 top|➡️ right kanan",
    "⬅️ left kiri|⬆️ up atas|⬇️ down bawah|🔄 again ulang|➕ plus tambah|➖ minus tolak|💬 chat sembang",
    "💤 sleep tidur|🕐 time masa|🔴 red merah|🟢 green hijau|🟡 yellow kuning|🇲🇾 malaysia",
    "🇸🇬 singapore singapura|🇮🇩 indonesia|🇧🇳 brunei|🇹🇭 thailand|🇵🇸 palestine palestin",
  ],
} as const;

type Group = keyof typeof GROUPS;

/** The sign and its words. */
type Emoji = readonly [sign: string, names: string];

export const EMOJI: readonly { group: Group; emoji: readonly Emoji[] }[] = Object.entries(GROUPS).map(
  ([group, lines]) => ({
    group: group as Group,
    emoji: lines
      .flatMap((line) => line.split("|"))
      .map((entry): Emoji => {
        const gap = entry.indexOf(" ");
        return [entry.slice(0, gap), entry.slice(gap + 1)];
      }),
  }),
);
