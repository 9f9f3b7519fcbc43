/** Something in a pass that Wallet refuses, or takes and shows otherwise than its maker meant. */
export interface Finding {
  code: FindingCode
  /** `refused`: Wallet does not take the pass; `warning`: it does, but not all works as meant. */
  level: 'refused' | 'warning'
  /** The file, or the key of pass.json such as `barcodes[0].message`; empty for the pass as a whole. */
  path: string
  /** A sentence that says what is wrong. */
  message: string
  /** A sentence that says what to do about it. */
  fix: string
}

interface FindingRow {
  level: Finding['level']
  /** What the code stands for, for the documentation. */
  meaning: string
  fix: string
}

/**
 * Every finding by its code, one row each.
 * Sources: https://developer.apple.com/documentation/walletpasses/building-a-pass, Apple's Security
 * framework (SecPolicyCreatePassbookCardSigner), and what Wallet writes into the log of a device.
 */
export const findingRows = {
  archive_unreadable: {
    level: 'refused',
    meaning: 'The file is empty, cut off, or no zip archive.',
    fix: 'Send the .pkpass file as it was made, as application/vnd.apple.pkpass.',
  },
  archive_is_bundle: {
    level: 'refused',
    meaning: 'The archive holds several passes: it is a .pkpasses bundle.',
    fix: 'Unzip the bundle and verify each .pkpass in it.',
  },
  archive_encrypted: {
    level: 'refused',
    meaning: 'A file in the archive is encrypted.',
    fix: 'Build the archive without a password.',
  },
  archive_compression: {
    level: 'refused',
    meaning: 'A file is compressed with a method other than store and deflate.',
    fix: 'Build the archive with deflate, or store the files uncompressed.',
  },
  archive_damaged: {
    level: 'refused',
    meaning: 'A file in the archive does not have the checksum or the size that the archive says.',
    fix: 'Download or build the archive again; something changed it on its way.',
  },
  archive_headers_differ: {
    level: 'refused',
    meaning: 'The two headers of a file in the archive name different files or sizes.',
    fix: 'Build the archive again with a common zip library.',
  },
  archive_too_large: {
    level: 'refused',
    meaning: 'The archive unpacks to more than any phone takes, or has thousands of files.',
    fix: 'Use smaller images and leave out what Wallet does not show.',
  },
  file_duplicate: {
    level: 'refused',
    meaning: 'The archive has two files of one name.',
    fix: 'Put every file into the archive once.',
  },
  file_path: {
    level: 'refused',
    meaning: 'A file name is absolute, leaves the pass, or has characters that no path has.',
    fix: 'Use relative paths with forward slashes, such as icon.png or de.lproj/pass.strings.',
  },
  file_missing: {
    level: 'refused',
    meaning: 'pass.json, manifest.json or signature is missing.',
    fix: 'Zip the files of the pass themselves, with exactly these names, at the top of the archive.',
  },
  pass_in_folder: {
    level: 'refused',
    meaning: 'The files of the pass are in a folder of the archive.',
    fix: 'Zip the files inside the folder, not the folder.',
  },
  file_stray: {
    level: 'warning',
    meaning: 'The archive has a file or folder that no pass uses, such as .DS_Store.',
    fix: 'Leave it out; Wallet does not read it.',
  },
  file_too_large: {
    level: 'refused',
    meaning: 'pass.json, manifest.json, signature or a pass.strings is enormous.',
    fix: 'Make it smaller; these files have some kilobytes.',
  },
  manifest_unreadable: {
    level: 'refused',
    meaning: 'manifest.json is no JSON object of file names and SHA-1 hashes.',
    fix: 'Write {"icon.png":"<SHA-1 in hex>", …} in UTF-8 without a byte-order mark.',
  },
  manifest_file_unlisted: {
    level: 'refused',
    meaning: 'A file of the archive is not in the manifest.',
    fix: 'List every file in manifest.json, or leave the file out of the archive.',
  },
  manifest_file_absent: {
    level: 'refused',
    meaning: 'The manifest lists a file that is not in the archive.',
    fix: 'Put the file into the archive, or take its line out of manifest.json.',
  },
  manifest_hash_wrong: {
    level: 'refused',
    meaning: 'A file does not have the SHA-1 hash that the manifest says.',
    fix: 'Write the SHA-1 of the final bytes of each file, in hex, then sign the manifest.',
  },
  manifest_lists_itself: {
    level: 'refused',
    meaning: 'The manifest lists manifest.json or signature.',
    fix: 'List every file but manifest.json and signature.',
  },
  signature_unreadable: {
    level: 'refused',
    meaning: 'The file "signature" is no CMS (PKCS #7) SignedData in DER.',
    fix: 'Write a detached PKCS #7 signature in DER, neither PEM nor S/MIME text.',
  },
  signature_not_der: {
    level: 'warning',
    meaning: 'The signature is not in strict DER, such as with unsorted signed attributes.',
    fix: 'Sort the signed attributes as DER demands; Wallet tolerates it, some Android wallets do not.',
  },
  signature_not_detached: {
    level: 'refused',
    meaning: 'The signature contains the manifest.',
    fix: 'Sign detached: without the content in the signature.',
  },
  signature_signers: {
    level: 'refused',
    meaning: 'The signature has no signer, or several.',
    fix: 'Sign once, with the Pass Type ID certificate.',
  },
  signature_digest: {
    level: 'refused',
    meaning: 'The signature uses a hash that Wallet does not take.',
    fix: 'Sign with SHA-256.',
  },
  signature_attributes: {
    level: 'refused',
    meaning: 'The signed attributes lack the content type or the digest, or have one twice.',
    fix: 'Sign with the attributes contentType, messageDigest and signingTime, once each.',
  },
  signature_other_content: {
    level: 'refused',
    meaning: 'The signature was made for other bytes than those of manifest.json.',
    fix: 'Sign exactly the bytes of manifest.json in the archive, in binary mode, as the last step.',
  },
  signature_invalid: {
    level: 'refused',
    meaning: "The signature does not verify with the signer's certificate.",
    fix: 'Sign with the private key that belongs to the certificate.',
  },
  signing_time_missing: {
    level: 'refused',
    meaning: 'The signature does not say when it was made.',
    fix: 'Add the signed attribute signingTime.',
  },
  signing_time_future: {
    level: 'refused',
    meaning: 'The signature says that it was made in the future.',
    fix: 'Set the clock of the machine that signs.',
  },
  signer_missing: {
    level: 'refused',
    meaning: 'The certificate of the signer is not in the signature.',
    fix: 'Include the Pass Type ID certificate in the signature.',
  },
  chain_incomplete: {
    level: 'refused',
    meaning:
      "The certificates in the signature do not lead to Apple's root: the WWDR is missing or the wrong one.",
    fix: 'Include the WWDR certificate that issued the Pass Type ID certificate; today that is G4, from https://www.apple.com/certificateauthority/.',
  },
  chain_foreign_root: {
    level: 'refused',
    meaning: 'The certificates lead to a root that is not Apple Root CA.',
    fix: 'Sign with a Pass Type ID certificate that Apple issued.',
  },
  development_signature: {
    level: 'warning',
    meaning:
      'The pass is signed by a development identity of Passwright, and all else was verified.',
    fix: 'Import a Pass Type ID certificate of yours: passwright certs request. Wallet refuses this pass until then.',
  },
  certificate_purpose: {
    level: 'refused',
    meaning: 'The certificate of the signer is none for passes.',
    fix: 'Sign with a certificate of the kind Pass Type ID, not a development, distribution or push certificate.',
  },
  certificate_marker: {
    level: 'refused',
    meaning: 'The certificate names two different pass types, or none.',
    fix: 'Request a new Pass Type ID certificate from Apple.',
  },
  pass_type_differs: {
    level: 'refused',
    meaning: 'passTypeIdentifier is not that of the certificate.',
    fix: 'Write the passTypeIdentifier of the certificate, or sign with the certificate of this pass type.',
  },
  team_differs: {
    level: 'refused',
    meaning: 'teamIdentifier is not that of the certificate.',
    fix: 'Write the team of the certificate: the OU of its subject.',
  },
  signed_outside_validity: {
    level: 'refused',
    meaning: 'A certificate was expired or not yet valid when the pass was signed.',
    fix: 'Renew the certificate and sign the pass again.',
  },
  certificate_expired: {
    level: 'warning',
    meaning: 'A certificate has expired since the pass was signed.',
    fix: 'Renew the certificate and sign the pass again; until then the pass cannot be updated.',
  },
  pass_json_unreadable: {
    level: 'refused',
    meaning: 'pass.json is no JSON object in UTF-8.',
    fix: 'Write strict JSON in UTF-8: no comments, no trailing commas, no byte-order mark.',
  },
  key_missing: {
    level: 'refused',
    meaning: 'A required key is missing or blank.',
    fix: 'Add the key.',
  },
  key_unknown: {
    level: 'warning',
    meaning: "A key is none of Apple's, and looks like one of them misspelt.",
    fix: 'Write the key as Apple does; Wallet ignores keys that it does not know.',
  },
  value_type: {
    level: 'refused',
    meaning: 'A value has the wrong JSON type, such as a number where a text belongs.',
    fix: 'Write the value in the type that Apple names.',
  },
  value_unknown: {
    level: 'refused',
    meaning: "A value is none of Apple's constants for its key.",
    fix: "Write one of Apple's constants, in exactly these letters.",
  },
  value_range: {
    level: 'refused',
    meaning: 'A number is out of its range.',
    fix: 'Write a number within the range.',
  },
  date_form: {
    level: 'refused',
    meaning: 'A date is not in the form that Wallet reads.',
    fix: 'Write a complete date with time and offset, such as 2027-06-05T19:30:00+02:00.',
  },
  color_form: {
    level: 'refused',
    meaning: 'A colour is none at all, or has numbers beyond 255.',
    fix: 'Write the colour as rgb(30, 64, 175), each number from 0 to 255.',
  },
  color_notation: {
    level: 'warning',
    meaning: 'A colour is written as #rrggbb or rgba(…), which Apple does not document.',
    fix: 'Write the colour as rgb(30, 64, 175), each number from 0 to 255.',
  },
  format_version: {
    level: 'refused',
    meaning: 'formatVersion is not the number 1.',
    fix: 'Write "formatVersion": 1, without quotes.',
  },
  style_missing: {
    level: 'refused',
    meaning: 'The pass has no style.',
    fix: 'Add one of boardingPass, coupon, eventTicket, generic or storeCard.',
  },
  style_several: {
    level: 'refused',
    meaning: 'The pass has several styles.',
    fix: 'Keep one style.',
  },
  field_key_duplicate: {
    level: 'warning',
    meaning: 'Two fields have the same key, so that Wallet mixes up which one has changed.',
    fix: 'Give every field a key that is unique in the pass.',
  },
  currency_and_number_style: {
    level: 'refused',
    meaning: 'A field has both currencyCode and numberStyle.',
    fix: 'Leave one of them out.',
  },
  currency_unknown: {
    level: 'refused',
    meaning: 'A currencyCode is no currency of ISO 4217.',
    fix: 'Write the three letters of a currency, such as EUR.',
  },
  change_message: {
    level: 'warning',
    meaning: 'A changeMessage has no %@, so that Wallet shows no notification.',
    fix: 'Write %@ where the new value belongs, such as "You now have %@ points".',
  },
  property_ignored: {
    level: 'warning',
    meaning: 'Wallet ignores a property of a field where it stands.',
    fix: 'Leave it out, or move the field.',
  },
  fields_hidden: {
    level: 'warning',
    meaning: 'A group has more fields than Wallet shows.',
    fix: 'Move the last ones to backFields.',
  },
  too_many: {
    level: 'warning',
    meaning: 'A list has more entries than Wallet uses.',
    fix: 'Keep the most important ones.',
  },
  barcode_encoding: {
    level: 'refused',
    meaning: 'A barcode names an encoding that does not exist or that cannot carry its message.',
    fix: 'Write "messageEncoding": "iso-8859-1" where all characters fit, else "utf-8".',
  },
  barcode_content: {
    level: 'refused',
    meaning:
      'A symbology cannot carry the message: it is empty, too long, or has other characters.',
    fix: 'Make the message shorter, or use QR.',
  },
  nfc_message: {
    level: 'refused',
    meaning: 'The NFC message has more than 64 bytes.',
    fix: 'Write a message of at most 64 bytes in UTF-8.',
  },
  nfc_key: {
    level: 'refused',
    meaning: 'encryptionPublicKey is no public key on the curve P-256.',
    fix: 'Write the base64 of the SubjectPublicKeyInfo in DER of a P-256 key.',
  },
  nfc_certificate: {
    level: 'warning',
    meaning: 'The pass has nfc, but its certificate is not one with NFC.',
    fix: 'Ask Apple for an NFC certificate, or leave nfc out.',
  },
  web_service_url: {
    level: 'refused',
    meaning: 'webServiceURL is no https address.',
    fix: 'Write an address that begins with https://, without spaces.',
  },
  web_service_slash: {
    level: 'warning',
    meaning: 'webServiceURL ends in a slash, so that some wallets ask for //v1.',
    fix: 'Leave the slash at the end out.',
  },
  authentication_token: {
    level: 'refused',
    meaning: 'webServiceURL and authenticationToken are not given together, or the token is short.',
    fix: 'Give both, with a token of at least 16 characters.',
  },
  app_launch: {
    level: 'warning',
    meaning: 'appLaunchURL has no effect without associatedStoreIdentifiers.',
    fix: 'Add associatedStoreIdentifiers, or leave appLaunchURL out.',
  },
  grouping: {
    level: 'warning',
    meaning: 'groupingIdentifier has an effect only in boarding passes and event tickets.',
    fix: 'Leave it out; Wallet groups other passes by their pass type.',
  },
  pass_expired: {
    level: 'warning',
    meaning: 'expirationDate is in the past: Wallet puts the pass under the expired ones.',
    fix: 'Write a later expirationDate, or leave it out.',
  },
  pass_voided: {
    level: 'warning',
    meaning: 'The pass is voided: Wallet shows it as such.',
    fix: 'Leave "voided" out for a pass that counts.',
  },
  icon_missing: {
    level: 'refused',
    meaning: 'icon.png is missing.',
    fix: 'Add icon.png of 29 × 29 pixels, with icon@2x.png and icon@3x.png.',
  },
  image_not_png: {
    level: 'refused',
    meaning: 'An image is no PNG, such as a JPEG that was renamed.',
    fix: 'Convert the image to PNG; its name alone does not make it one.',
  },
  image_damaged: {
    level: 'refused',
    meaning: 'A PNG is cut off or damaged.',
    fix: 'Save the image again as PNG.',
  },
  image_size: {
    level: 'warning',
    meaning: 'An image is smaller or larger than its slot, or has another shape.',
    fix: 'Scale the image to the size of its slot.',
  },
  image_density: {
    level: 'warning',
    meaning: 'An image lacks a density that phones show, or its densities do not fit each other.',
    fix: 'Add the image at 1x, @2x and @3x, each in so many times the pixels.',
  },
  image_not_shown: {
    level: 'warning',
    meaning: 'The style does not show this image.',
    fix: 'Leave the image out, or choose a style that shows it.',
  },
  image_localized_hidden: {
    level: 'warning',
    meaning: 'A localized image is hidden by the one of the same name at the top.',
    fix: 'Remove the image at the top, or the localized one.',
  },
  localization_folder: {
    level: 'warning',
    meaning: 'The name of an .lproj folder is no language.',
    fix: 'Name the folder for a language, such as de.lproj or zh-Hans.lproj.',
  },
  strings_unreadable: {
    level: 'warning',
    meaning: 'A pass.strings cannot be read, so that Wallet shows the pass untranslated.',
    fix: 'Write lines such as "Member" = "Mitglied"; in UTF-8 or UTF-16, with \\" for a quote.',
  },
  strings_duplicate: {
    level: 'warning',
    meaning: 'A pass.strings translates a text twice.',
    fix: 'Keep one of the two lines.',
  },
  strings_misplaced: {
    level: 'warning',
    meaning: 'A pass.strings is not in an .lproj folder.',
    fix: 'Move it into the folder of its language, such as de.lproj/pass.strings.',
  },
} as const satisfies Record<string, FindingRow>

export type FindingCode = keyof typeof findingRows

/** Creates a finding; the level and the fix come from the row of its code. */
export function createFinding(code: FindingCode, path: string, message: string): Finding {
  const { level, fix }: FindingRow = findingRows[code]
  return { code, level, path, message, fix }
}

/** A finding in a list, when a condition holds. */
export function findIf(
  applies: boolean,
  code: FindingCode,
  path: string,
  message: string,
): Finding[] {
  return applies ? [createFinding(code, path, message)] : []
}
