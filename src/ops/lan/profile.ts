/** The configuration profile by which an iPhone takes a certificate in: Apple's property list, one payload. */
import { createHash } from 'node:crypto';

/**
 * @param der the authority's certificate
 * @param name what the list of profiles shows
 */
export function mobileConfig(der: Buffer, name: string): string {
	// The same certificate has the same identifiers: taken in twice, it is there once.
	const [profile, payload] = [uuidOf(der, 'profile'), uuidOf(der, 'payload')];
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadCertificateFileName</key><string>escale.crt</string>
			<key>PayloadContent</key><data>${der.toString('base64')}</data>
			<key>PayloadDisplayName</key><string>${name}</string>
			<key>PayloadIdentifier</key><string>org.escale.authority.${payload}</string>
			<key>PayloadType</key><string>com.apple.security.root</string>
			<key>PayloadUUID</key><string>${payload}</string>
			<key>PayloadVersion</key><integer>1</integer>
		</dict>
	</array>
	<key>PayloadDisplayName</key><string>${name}</string>
	<key>PayloadIdentifier</key><string>org.escale.authority</string>
	<key>PayloadType</key><string>Configuration</string>
	<key>PayloadUUID</key><string>${profile}</string>
	<key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
`;
}

function uuidOf(der: Buffer, part: string): string {
	const hex = createHash('sha256').update(part).update(der).digest('hex').toUpperCase();
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
