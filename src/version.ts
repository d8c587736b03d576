/** The product's version; a test holds it equal to package.json's. */
export const productVersion = '0.1.0';

/** What the greeting and @@version say: clients switch features by the number in front. */
export const serverVersion: string = `8.0.36-Holdfast-${productVersion}`;
