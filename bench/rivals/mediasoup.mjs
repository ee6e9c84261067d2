export async function findMediasoup() {
  throw new Error('x');
}
