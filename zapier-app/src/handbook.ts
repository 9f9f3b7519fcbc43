/** Where whoever connects reads how keys are made; who registers the app puts the page of their own service here. */
export const handbook = 'https://passes.example.com/docs'
