const GUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

/** A guid in the upper case that CEB asks for, from either case (official samples use lower); undefined if it is none. */
export const upperCaseGuid = (text: string): string | undefined => {
  const upper = text.toUpperCase();
  return GUID.test(upper) ? upper : undefined;
};
