package bot

import (
	_ "github.com/MicahParks/keyfunc/v3"
	_ "github.com/golang-jwt/jwt/v5"
	_ "github.com/infracloudio/msbotbuilder-go/core"
	_ "golang.org/x/oauth2/clientcredentials"
)
