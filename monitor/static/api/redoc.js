// Redoc draws its maker's logo from their server. The policy would stop that, but not without noise in the console.
const image = HTMLImageElement.prototype;
const source = Object.getOwnPropertyDescriptor(image, "src");
const isOurs = (address) => new URL(address, location.href).host === location.host;

Object.defineProperty(image, "src", {
  ...source,
  set(address) {
    if (isOurs(address)) source.set.call(this, address);
    else this.dispatchEvent(new Event("error")); // Redoc takes the picture away then
  },
});
image.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
};
