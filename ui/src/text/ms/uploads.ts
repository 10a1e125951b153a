/** Words of files on their way to the server. */
export const uploads = {
  "upload.sending": "Menghantar {name}",
  "upload.waiting": "Pelayan tidak menjawab. {name} akan diteruskan dengan sendirinya.",
  "upload.paused": "Dijeda: {name}",
  "upload.reading": "Membaca {name}",
  "upload.sent": "{sent} daripada {size}",
  "upload.pause": "Jeda",
  "upload.goOn": "Teruskan",
  "upload.cut": "{part} daripada {name} sudah sampai",
  "upload.cutHint": "Pilih fail yang sama sekali lagi, dan ia diteruskan dari situ. Ia disimpan selama dua hari.",

  "problem.upload_at_another_offset": "Sebahagian fail ini sudah ada. Pilihnya sekali lagi untuk meneruskan.",
  "problem.upload_too_long": "Fail ini bertambah besar semasa dihantar. Pilihnya sekali lagi.",
  "problem.upload_unfinished": "Fail ini belum sampai semuanya. Pilihnya sekali lagi untuk meneruskan.",
  "problem.upload_differs": "Apa yang sampai bukan fail yang dihantar; mungkin ia berubah. Pilihnya sekali lagi.",
} as const;
