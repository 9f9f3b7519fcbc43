/** The page that explains how to create an API key, linked from the connection form. Replace it with your own before you publish the app. */
export const documentationUrl = 'https://passes.example.com/docs'
