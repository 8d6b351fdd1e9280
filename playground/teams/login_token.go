package teams

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// token answers the bot's request for a token as Microsoft's endpoint does
// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
func (l *Login) token(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.asked.Token++
	down, asked := l.down.token, l.asked.Token
	l.mu.Unlock()
	if down {
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		l.refuse(w, asked, refusal{http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'."})
		return
	}
	if refused, ok := l.judge(r); !ok {
		l.refuse(w, asked, refused)
		return
	}
	token, err := l.issue(r.PathValue("tenant"))
	if err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": int(lifetime.Seconds()), "ext_expires_in": int(lifetime.Seconds()), "access_token": token,
	})
}

// refusal is how Microsoft says no: https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
type refusal struct {
	status int
	word   string
	code   int
	text   string
}

// judge finds what is wrong with a request for a token, in Microsoft's order: whose, which app, its secret, what for.
func (l *Login) judge(r *http.Request) (refusal, bool) {
	tenant, id, secret, grant, scope := r.PathValue("tenant"), r.PostForm.Get("client_id"), r.PostForm.Get("client_secret"),
		r.PostForm.Get("grant_type"), r.PostForm.Get("scope")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = user, password
	}
	switch {
	case grant == "":
		return refusal{http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'."}, false
	case grant != "client_credentials":
		return refusal{http.StatusBadRequest, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '" + grant + "'."}, false
	case tenant != l.cfg.Tenant:
		return refusal{http.StatusBadRequest, "invalid_request", 90002, "Tenant '" + tenant + "' not found. Check to make sure you have the correct " +
			"tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active " +
			"subscriptions for the tenant."}, false
	case id != l.cfg.AppID:
		return refusal{http.StatusBadRequest, "unauthorized_client", 700016, "Application with identifier '" + id + "' was not found in the directory '" +
			tenant + "'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in " +
			"the tenant. You may have sent your authentication request to the wrong tenant."}, false
	case secret == "":
		return refusal{http.StatusUnauthorized, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or " +
			"'client_secret'."}, false
	case secret != l.cfg.Password:
		return refusal{http.StatusUnauthorized, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is " +
			"the client secret value, not the client secret ID, for a secret added to app '" + id + "'."}, false
	case scope != Scope:
		return refusal{http.StatusBadRequest, "invalid_scope", 70011, "The provided request must include a 'scope' input parameter. The provided value for " +
			"the input parameter 'scope' is not valid. The scope " + scope + " is not valid."}, false
	}
	return refusal{}, true
}

func (l *Login) refuse(w http.ResponseWriter, asked int, why refusal) {
	trace := fmt.Sprintf("00000000-0000-4000-8000-%012d", asked)
	at := l.cfg.Now().UTC()
	answerJSON(w, why.status, map[string]any{
		"error": why.word,
		"error_description": strings.Join([]string{fmt.Sprintf("AADSTS%d: %s", why.code, why.text), "Trace ID: " + trace, "Correlation ID: " + trace,
			"Timestamp: " + at.Format(time.DateTime) + "Z"}, " "),
		"error_codes": []int{why.code}, "timestamp": at.Format(time.DateTime) + "Z", "trace_id": trace, "correlation_id": trace,
		"error_uri": fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", why.code),
	})
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller has gone
}
