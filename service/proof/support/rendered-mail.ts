// Shared by the proofs that take pictures: a mail as a mail program shows it.
import PostalMime from 'postal-mime'

/** Renders a mail as the mail server received it: its HTML with the inline images in it, below the head that a mail program shows. */
export async function renderMail(raw: string | Uint8Array): Promise<string> {
  const mail = await PostalMime.parse(raw)
  const inline = new Map(
    mail.attachments.flatMap(({ contentId, mimeType, content }) =>
      contentId
        ? [[contentId.slice(1, -1), `data:${mimeType};base64,${toBase64(content)}`] as const]
        : [],
    ),
  )
  const html = (mail.html ?? '').replace(/cid:([^"]+)/g, (cid, id: string) => inline.get(id) ?? cid)
  const attached = mail.attachments.find(({ disposition }) => disposition === 'attachment')
  const head = `<div style="font:14px/1.5 sans-serif;padding:16px 24px;border-bottom:1px solid #d5d8dc;background:#fff;color:#202124">
<div style="font-size:19px;font-weight:bold;margin-bottom:4px">${mail.subject}</div>
<div><b>${mail.from?.name}</b> &lt;${mail.from?.address}&gt;</div>
<div style="color:#5f6368">to ${mail.to?.[0]?.name} &lt;${mail.to?.[0]?.address}&gt;</div>
<div style="display:inline-block;margin-top:8px;padding:4px 12px;border:1px solid #c4c7cc;border-radius:14px">${attached?.filename}</div>
</div>`
  return html.replace(/<body[^>]*>/, (body) => body + head)
}

function toBase64(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === 'string'
    ? btoa(content)
    : Buffer.from(content as Uint8Array).toString('base64')
}
