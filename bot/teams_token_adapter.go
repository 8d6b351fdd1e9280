package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/infracloudio/msbotbuilder-go/core"
	"github.com/infracloudio/msbotbuilder-go/schema"
)

// teamsAdapter is msbotbuilder-go's adapter with a validator of ours. It only reads requests: it has no client.
type teamsAdapter struct {
	core.BotFrameworkAdapter
	unsigned bool // a request without Authorization is the validator's to judge
}

// newTeamsAdapter returns an adapter. With a loopbackValidator it reads requests that have no Authorization.
func newTeamsAdapter(appID string, validator auth.TokenValidator) *teamsAdapter {
	_, unsigned := validator.(loopbackValidator)
	return &teamsAdapter{core.BotFrameworkAdapter{
		AdapterSetting: core.AdapterSetting{AppID: appID, ChannelService: auth.ChannelService, CredentialProvider: auth.SimpleCredentialProvider{AppID: appID}},
		TokenValidator: validator,
	}, unsigned}
}

// ParseRequest reads a request's activity and checks its token. Of the errors teamsStatus knows what to answer.
func (a *teamsAdapter) ParseRequest(ctx context.Context, r *http.Request) (schema.Activity, error) {
	if r.Header.Get("Authorization") == "" { // msbotbuilder-go has no sentinel for it
		if !a.unsigned {
			return schema.Activity{}, fmt.Errorf("%w: no Authorization header", errNotAuthentic)
		}
		r = r.Clone(ctx)
		r.Header.Set("Authorization", "none")
	}
	return a.BotFrameworkAdapter.ParseRequest(ctx, r)
}

// teamsStatus is the HTTP status for what ParseRequest or a validator returned: 200, 401, 403, and 400 for a body
// that is no activity.
func teamsStatus(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, errNotAllowed):
		return http.StatusForbidden
	case errors.Is(err, errNotAuthentic):
		return http.StatusUnauthorized
	}
	return http.StatusBadRequest
}
