// Generated from docs/openapi.json by "npm run generate". Do not edit.

export interface paths {
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_accounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["update_account"];
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_connections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["discard_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retry_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/retry-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retry_all_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_imports"];
        put?: never;
        post: operations["start_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["update_me"];
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["sign_in"];
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["list_signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_signal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["act_on_signal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["count_signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            crm: {
                id: string;
                system: string;
                url: string | null;
            } | null;
            domain: string | null;
            id: string;
            /** Format: date-time */
            last_message_at: string | null;
            /** Format: date-time */
            last_signal_at: string | null;
            name: string;
            open_signals: number;
            owner: null | components["schemas"]["NamedRef"];
            signals_7d: number;
            status: components["schemas"]["AccountStatus"];
            status_reason: string;
        };
        AccountPage: {
            items: components["schemas"]["Account"][];
            next_cursor: string | null;
        };
        /** @enum {string} */
        AccountStatus: "active" | "quiet" | "at_risk";
        AccountSuggestion: {
            account: components["schemas"]["NamedRef"];
            confidence: number;
            reason: string;
        };
        Activity: {
            action: string;
            actor: string | null;
            /** Format: date-time */
            at: string;
            detail: string | null;
        };
        Author: {
            company: string | null;
            email: string | null;
            kind: components["schemas"]["AuthorKind"];
            name: string;
            role: string | null;
        };
        /** @enum {string} */
        AuthorKind: "customer" | "internal" | "bot";
        Connection: {
            dead_letters: number;
            delivered_24h: number;
            external_id: string;
            gaps: components["schemas"]["Gap"][];
            id: string;
            last_error: {
                /** Format: date-time */
                at: string;
                message: string;
            } | null;
            /** Format: date-time */
            last_success_at: string | null;
            name: string;
            queue_depth: number;
            /** @enum {string} */
            status: "connected" | "degraded" | "disconnected";
            status_reason: string | null;
            /** @enum {string} */
            vendor: "slack" | "salesforce";
        };
        ConnectionList: {
            items: components["schemas"]["Connection"][];
        };
        ContextAuthor: {
            kind: components["schemas"]["AuthorKind"];
            name: string;
            role: string | null;
        };
        ContextMessage: {
            author: components["schemas"]["ContextAuthor"];
            id: string;
            is_deleted: boolean;
            is_edited: boolean;
            /** Format: date-time */
            posted_at: string;
            text: string;
        };
        ContinuationQuestion: {
            parent_id: string;
            parent_title: string;
            similarity: number;
        };
        CrmRecord: {
            id: string;
            system: string;
            type: string;
            url: string | null;
        };
        DeadLetter: {
            account: null | components["schemas"]["NamedRef"];
            attempts: number;
            destination: string | null;
            /** Format: date-time */
            failed_at: string;
            id: string;
            /** @enum {string} */
            kind: "delivery" | "message" | "job";
            reason: string;
            signal: {
                id: string;
                title: string;
            } | null;
            title: string;
            vendor_code: string | null;
            vendor_message: string | null;
            what_to_do: string;
        };
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            next_cursor: string | null;
        };
        Delivery: {
            attempts: number;
            id: string;
            last_error: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            record: null | components["schemas"]["CrmRecord"];
            record_type: string;
            signal_id: string;
            state: components["schemas"]["DeliveryState"];
            system: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @enum {string} */
        DeliveryState: "none" | "waiting_for_mapping" | "pending" | "delivered" | "dead_letter" | "discarded";
        Discard: {
            reason: string;
        };
        /** @enum {string} */
        DismissReason: "not_a_signal" | "wrong_account" | "duplicate" | "already_known" | "resolved" | "other";
        Evidence: {
            end: number | null;
            quote: string | null;
            reason: string;
            start: number | null;
            term: string;
            weight: number;
        };
        FieldError: {
            code: string;
            field: string;
            message: string;
        };
        Gap: {
            /** Format: date-time */
            ended_at: string | null;
            reason: string;
            /** Format: date-time */
            started_at: string;
        };
        Import: {
            channels_done: number;
            channels_total: number;
            /** Format: date-time */
            created_at: string;
            error: string | null;
            file_name: string;
            /** Format: date-time */
            finished_at: string | null;
            id: string;
            /** @enum {string} */
            kind: "slack_export";
            messages_done: number;
            messages_total: number;
            signals_found: number;
            skipped: number;
            /** @enum {string} */
            state: "queued" | "running" | "done" | "failed";
        };
        ImportPage: {
            items: components["schemas"]["Import"][];
            next_cursor: string | null;
        };
        Me: {
            csrf_token: string;
            member: {
                id: string;
                role: components["schemas"]["Role"];
            };
            permissions: string[];
            preferences: {
                keyboard_shortcuts: boolean;
            };
            tenant: {
                id: string;
                is_demo: boolean;
                name: string;
            };
            user: {
                email: string;
                id: string;
                name: string;
            };
        };
        Member: {
            email: string;
            id: string;
            is_active: boolean;
            name: string;
            role: components["schemas"]["Role"];
            user_id: string;
        };
        MemberList: {
            items: components["schemas"]["Member"][];
        };
        NamedRef: {
            id: string;
            name: string;
        };
        Problem: {
            code: string;
            detail?: string | null;
            errors?: components["schemas"]["FieldError"][];
            request_id?: string;
            status: number;
            title: string;
            type: string;
        };
        Recommendation: {
            action: string;
            label: string;
            reason: string;
        };
        RelatedRecord: {
            /** Format: date-time */
            at: string;
            id: string;
            kind: null | components["schemas"]["SignalKind"];
            status: string | null;
            title: string;
            /** @enum {string} */
            type: "signal" | "task" | "opportunity";
            url: string | null;
        };
        Retried: {
            retried: number;
        };
        RetryAll: {
            destination?: string;
        };
        /** @enum {string} */
        Role: "owner" | "admin" | "manager" | "vp" | "rep" | "csm" | "viewer";
        /** @enum {string} */
        Sentiment: "positive" | "neutral" | "negative" | "urgent";
        Signal: {
            account: null | components["schemas"]["NamedRef"];
            author: components["schemas"]["Author"];
            channel: components["schemas"]["SignalChannel"];
            confidence: number;
            confirmed: boolean | null;
            continuation_question: null | components["schemas"]["ContinuationQuestion"];
            crm_records: components["schemas"]["CrmRecord"][];
            delivery_state: components["schemas"]["DeliveryState"];
            /** Format: date-time */
            detected_at: string;
            evidence: components["schemas"]["Evidence"][];
            id: string;
            kind: components["schemas"]["SignalKind"];
            occurrences: number;
            owner: null | components["schemas"]["NamedRef"];
            parent_id: string | null;
            permalink: string | null;
            polarity: number;
            /** Format: date-time */
            posted_at: string;
            quote: string;
            recommendation: components["schemas"]["Recommendation"];
            sentiment: components["schemas"]["Sentiment"];
            /** Format: date-time */
            snoozed_until: string | null;
            status: components["schemas"]["SignalStatus"];
            title: string;
            urgency: number;
            versions: {
                config: string;
                detector: string;
            };
        };
        SignalAction: {
            account_id?: string;
            /** @enum {string} */
            action: "handle" | "snooze" | "dismiss" | "confirm" | "assign" | "create_task" | "note" | "map_account" | "reopen" | "undo" | "continuation";
            /** @enum {string} */
            answer?: "new" | "continuation";
            member_id?: string;
            note?: string;
            reason?: components["schemas"]["DismissReason"];
            text?: string;
            /** Format: date-time */
            until?: string;
        };
        SignalChannel: {
            id: string;
            is_external: boolean;
            name: string;
            slack_channel_id: string;
        };
        SignalCounts: {
            by_account: {
                account: null | components["schemas"]["NamedRef"];
                count: number;
                /** Format: date-time */
                last_signal_at: string | null;
            }[];
            by_channel: {
                channel: components["schemas"]["NamedRef"];
                count: number;
            }[];
            by_kind: {
                count: number;
                kind: components["schemas"]["SignalKind"];
            }[];
            by_member: {
                count: number;
                member: null | components["schemas"]["NamedRef"];
            }[];
            by_status: {
                count: number;
                status: components["schemas"]["SignalStatus"];
            }[];
            high_priority: number;
            total: number;
        };
        SignalDetail: components["schemas"]["Signal"] & {
            activity: components["schemas"]["Activity"][];
            context: {
                after: components["schemas"]["ContextMessage"][];
                before: components["schemas"]["ContextMessage"][];
            };
            deliveries: components["schemas"]["Delivery"][];
            message: components["schemas"]["ContextMessage"];
            related: components["schemas"]["RelatedRecord"][];
            suggested_accounts: components["schemas"]["AccountSuggestion"][];
        };
        /** @enum {string} */
        SignalKind: "expansion" | "risk" | "buying_intent" | "usage" | "relationship" | "churn";
        SignalPage: {
            items: components["schemas"]["Signal"][];
            next_cursor: string | null;
        };
        /** @enum {string} */
        SignalStatus: "open" | "handled" | "snoozed" | "dismissed" | "converted";
        SignIn: {
            email: string;
            password: string;
        };
        SignUp: {
            company_name: string;
            email: string;
            name: string;
            password: string;
        };
        UpdateAccount: {
            owner_member_id: string | null;
        };
        UpdateMe: {
            keyboard_shortcuts?: boolean;
            name?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_accounts: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                member_id?: string;
                q?: string;
                sort?: string;
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAccount"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_connections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionList"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Discard"];
            };
        };
        responses: {
            /** @description OK */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_all_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryAll"];
            };
        };
        responses: {
            /** @description OK */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retried"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/zip": string;
            };
        };
        responses: {
            /** @description OK */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMe"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_signals: {
        parameters: {
            query?: {
                account_id?: string;
                channel_id?: string;
                confidence_max?: number;
                confidence_min?: number;
                cursor?: string;
                kind?: string;
                limit?: number;
                member_id?: string;
                q?: string;
                sentiment?: string;
                since?: string;
                sort?: string;
                status?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalDetail"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    act_on_signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignalAction"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalDetail"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_signals: {
        parameters: {
            query?: {
                account_id?: string;
                channel_id?: string;
                confidence_max?: number;
                confidence_min?: number;
                kind?: string;
                member_id?: string;
                q?: string;
                sentiment?: string;
                since?: string;
                status?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalCounts"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
