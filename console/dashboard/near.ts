const callbacks = new WeakMap<Element, (isNear: boolean) => void>();

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
  },
  { rootMargin: '200px' },
);

/**
 * Tells whether an element is on the screen or near it, now and whenever that changes.
 * @returns what ends it
 */
export function onApproach(element: Element, callback: (isNear: boolean) => void): () => void {
  callbacks.set(element, callback);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    callbacks.delete(element);
  };
}
