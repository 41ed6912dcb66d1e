package signaling

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

// permissions allows the page its camera and microphone, and nobody anything
// else: no screen is ever captured (M-P1).
const permissions = "camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), " +
	"picture-in-picture=(self), screen-wake-lock=(self), " +
	"display-capture=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), " +
	"accelerometer=(), gyroscope=(), magnetometer=(), xr-spatial-tracking=(), " +
	"publickey-credentials-get=(), idle-detection=(), local-fonts=(), browsing-topics=()"

var scriptTag = regexp.MustCompile(`(?is)<script\b([^>]*)>(.*?)</script>`)

// inlineScripts are the CSP hashes of the scripts written into the page itself:
// the import map. What has a src needs none.
func inlineScripts(index []byte) []string {
	var hashes []string
	for _, m := range scriptTag.FindAllSubmatch(index, -1) {
		if strings.Contains(strings.ToLower(string(m[1])), "src=") {
			continue
		}
		sum := sha256.Sum256(m[2])
		hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return hashes
}

// contentPolicy lets the page load its own files and nothing else from anywhere
// (M-P5), and write no HTML: trusted-types allows no policy at all.
func contentPolicy(hashes []string) string {
	return strings.Join([]string{
		"default-src 'none'",
		strings.Join(append([]string{"script-src 'self'"}, hashes...), " "),
		"style-src 'self'",
		"img-src 'self' data:",
		"font-src 'self'",
		connectSelf,
		"media-src 'self'",
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// connectSelf is where the page may open sockets to, when there is one node.
const connectSelf = "connect-src 'self'"

// policyWith is the page's policy with other nodes' sockets allowed.
func (p *page) policyWith(sources []string) string {
	if len(sources) == 0 {
		return p.policy
	}
	return strings.Replace(p.policy, connectSelf, connectSelf+" "+strings.Join(sources, " "), 1)
}

// headers sets what every answer carries. There is no cookie, and nothing that
// says what software this is.
func (p *page) headers(sources func() []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", p.policyWith(sources()))
		h.Set("Permissions-Policy", permissions)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		if p.secure || r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		next.ServeHTTP(w, r)
	})
}
