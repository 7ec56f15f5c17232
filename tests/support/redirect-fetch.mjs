// Requests to http://localhost:3000, the address printed in the guide, in → the same requests to $GUIDE_SERVER out (`node --import`).
const { fetch } = globalThis
const target = process.env.GUIDE_SERVER

globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  return fetch(new Request(request.url.replace('http://localhost:3000', target), request))
}
