"""The audit's codes in words; an unknown code is shown as it is."""

ACTIONS = {
    "login": "登录",
    "login_failed": "登录失败",
    "logout": "退出",
    "password_changed": "修改密码",
    "password_reset": "重设密码",
    "user_created": "新增人员",
    "user_enabled": "启用账号",
    "user_disabled": "停用账号",
    "roles_changed": "变更角色",
    "unit_created": "新增单位",
    "unit_changed": "变更单位",
    "token_created": "发放令牌",
    "token_revoked": "停用令牌",
}

OBJECTS = {"user": "人员", "unit": "单位", "api_token": "令牌"}
