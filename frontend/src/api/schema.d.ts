// Generated from docs/openapi.json by "npm run generate". Do not edit.

export interface paths {
    "/api/v1/account-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts to choose from: 20 at most, those whose name begins with the words first. */
        get: operations["list_account_options"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts with how each is doing. */
        get: operations["list_accounts"];
        put?: never;
        /** Makes an account that no CRM knows yet. */
        post: operations["create_account"];
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
        /** One account. */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives an account to somebody, or to nobody. */
        patch: operations["update_account"];
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that work. */
        get: operations["list_api_keys"];
        put?: never;
        /** Makes a key and shows it for the only time. */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Makes a key worthless at once. */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit-entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did and saw what, newest first. */
        get: operations["list_audit_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit-entries/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recomputes the chain of all entries and says whether one was changed or is missing. */
        get: operations["verify_audit_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backfills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Channel history that was, is or will be read back, newest first. */
        get: operations["list_backfills"];
        put?: never;
        /** Has the history of one channel, or of all channels in which the bot is, read back at the pace that Slack allows. */
        post: operations["create_backfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backfills/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One backfill and how far it is. */
        get: operations["get_backfill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backfills/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a backfill; what was read stays. */
        post: operations["cancel_backfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channel-mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which channel is whose, and who said so. */
        get: operations["list_channel_mappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channel-mappings/{channel_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says whose a channel is. Its waiting signals become that account's, and what waited for it goes to the CRM. */
        put: operations["map_channel"];
        post?: never;
        /** Says that nobody knows any more whose a channel is. Its signals keep their account. */
        delete: operations["unmap_channel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channel-mappings/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says whose several channels are. What cannot be mapped stands in the answer; the rest is. */
        post: operations["map_channels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channel-mappings/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a list of channels and accounts (CSV with the columns `channel`, `account` and, if wanted, `domain` or `crm_id`; at most
         *     1 MiB and 2,000 rows). Rows with something wrong do nothing and say why; the others count.
         */
        post: operations["import_channel_mappings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Slack channels with whose they are, or may be. */
        get: operations["list_channels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Says whether a channel's messages are looked at, and what sort of channel it is. */
        patch: operations["update_channel"];
        trace?: never;
    };
    "/api/v1/channels/{id}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has the bot join a channel, in a moment. 409 with the words to post in Slack where it must be invited. */
        post: operations["join_channel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/unmapped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Channels of which nobody has said whose they are: those with the most waiting signals first. */
        get: operations["list_unmapped_channels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The connections to Slack and to the CRM, and how each is doing. */
        get: operations["list_connections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Gives a connection up: its tokens are taken back where the vendor can, its queues wait, what was written stays. */
        delete: operations["disconnect_connection"];
        options?: never;
        head?: never;
        /** Changes what was chosen for a Slack workspace. */
        patch: operations["change_connection"];
        trace?: never;
    };
    "/api/v1/connections/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks the vendor now whether the connection works. */
        post: operations["check_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads what is behind the connection again: a CRM's accounts, a Slack workspace's channels and people. */
        post: operations["sync_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be connected, what each vendor is asked for and why, and which settings are missing. */
        get: operations["list_vendors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crm-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the company decided about what is written to its CRM. */
        get: operations["get_crm_settings"];
        /** Decides about what is written to the CRM from now on. */
        put: operations["put_crm_settings"];
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
        /** What failed for good, the latest first: why, in plain words and in the vendor's, and what to do. */
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
        /** Gives one dead letter up, with the reason. */
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
        /** Tries one dead letter again. */
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
        /** Tries everything again that failed for good, or everything for one destination. */
        post: operations["retry_all_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was, is or will be written to other systems, the latest change first. */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives one delivery up that is not in the CRM, with the reason. */
        post: operations["discard_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries one delivery again that failed for good or was discarded. */
        post: operations["retry_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What would be written under other thresholds, by another field mapping, or out of imported history. Nothing is
         *     written.
         */
        post: operations["preview_deliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries everything again that failed for good, or what a filter names. */
        post: operations["retry_deliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes back what we created and nobody touched since: deletes it, or closes it where the CRM does not let us delete.
         *     Says what cannot be taken back, and why. With `dry_run` nothing happens.
         */
        post: operations["undo_deliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/field-mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which fields of each CRM's accounts stand for ours, what there is to choose from, and what is wrong with the choice. */
        get: operations["list_field_mappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/field-mappings/{connection_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Chooses fields for one CRM. What is written changes with the next sync, within minutes. */
        put: operations["put_field_mapping"];
        post?: never;
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
        /** The imports, newest first. */
        get: operations["list_imports"];
        put?: never;
        /**
         * Takes a Slack export (the ZIP as the body, its name in `X-File-Name`) and answers as soon as it is safe on disk. It is imported in the
         *     background.
         */
        post: operations["create_import"];
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
        /** One import and how far it is. */
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
        /** Who is signed in, and what they may do. */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes one's name or preferences. */
        patch: operations["update_me"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets one's password and signs one out everywhere else. */
        put: operations["set_my_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All people of the tenant. */
        get: operations["list_members"];
        put?: never;
        /** Invites somebody and answers the link to give to them. */
        post: operations["invite_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes somebody's role, whether they may sign in, or who they are in Slack. */
        patch: operations["update_member"];
        trace?: never;
    };
    "/api/v1/members/{id}/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How somebody else is told. */
        get: operations["get_preferences"];
        /** Chooses how somebody else is told. */
        put: operations["set_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one is told. */
        get: operations["get_my_preferences"];
        /** Chooses how one is told. */
        put: operations["set_my_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notification-preferences/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows what one would get. */
        post: operations["preview_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notification-routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is told of which signals. */
        get: operations["get_routes"];
        /** Says who is told of which signals. A channel that people of other companies can read is refused. */
        put: operations["set_routes"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one was told, is about to be told, or was not told and why; newest first. */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description. */
        get: operations["openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the nightly comparisons of our deliveries with the CRMs came to, the latest first. */
        get: operations["list_reconciliations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All roles with their permissions. */
        get: operations["list_roles"];
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
        /** A person signs in by e-mail and password. */
        post: operations["sign_in"];
        /** Ends the session. */
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
        /** The feed: signals under a filter, in pages. */
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
        /** One signal with its message, context, related records, deliveries and history. That it was looked at is audited. */
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
        /** Does something about a signal, and answers what it is then. */
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
        /**
         * How many signals there are under a filter, by kind, state, account, member and channel. Each of these lists ignores
         *     its own filter.
         */
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
        /** A company signs up; its first person is signed in as the owner. */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tells what changes while the page is open, as server-sent events: `signal.created`, `signal.updated`,
         *     `connection.updated`, `import.updated`, `dead_letters.changed`. After a break, `Last-Event-ID` continues without loss; a
         *     `reset` means that the break was too long, and the lists are to be fetched again.
         */
        get: operations["open_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the mails of whom the token in a mail names; nobody needs to sign in for it. */
        post: operations["unsubscribe_by_token"];
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
        /** @description A customer of the tenant. */
        Account: {
            crm?: components["schemas"]["CrmAccountRef"] | null;
            /** @description Its web or e-mail domain. */
            domain?: string | null;
            /** @description Its id. */
            id: components["schemas"]["AccountId"];
            /**
             * Format: date-time
             * @description When somebody last wrote in one of its channels.
             */
            last_message_at?: string | null;
            /**
             * Format: date-time
             * @description When its latest signal was said.
             */
            last_signal_at?: string | null;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Signals that wait for somebody.
             */
            open_signals: number;
            owner?: components["schemas"]["NamedRef_MemberId"] | null;
            /**
             * Format: int64
             * @description Signals of the last seven days, whatever became of them.
             */
            signals_7d: number;
            /** @description How it is doing. */
            status: components["schemas"]["AccountStatus"];
            /** @description Why, in one sentence. */
            status_reason: string;
        };
        /** @description How many of one account. */
        AccountCount: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /**
             * Format: date-time
             * @description The latest of them.
             */
            last_signal_at?: string | null;
        };
        /** @description An id that begins with `acc_`. */
        AccountId: string;
        /** @description An account to choose. */
        AccountOption: {
            /** @description Its web domain, which tells apart accounts of one name. */
            domain?: string | null;
            /** @description Its id. */
            id: components["schemas"]["AccountId"];
            /** @description Its name. */
            name: string;
        };
        /** @description Accounts to choose from. */
        AccountOptions: {
            /** @description The best fit first, 20 at most. */
            items: components["schemas"]["AccountOption"][];
        };
        /** @description One page of accounts. */
        AccountPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Account"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @enum {string} */
        AccountStatus: "active" | "quiet" | "at_risk";
        /** @description An account that may be meant. */
        AccountSuggestion: {
            /** @description The account. */
            account: components["schemas"]["NamedRef_AccountId"];
            /**
             * Format: int32
             * @description 0 to 100; from 90 on it would have been mapped without asking.
             */
            confidence: number;
            /** @description Why. */
            reason: string;
        };
        /** @enum {string} */
        ActionName: "handle" | "snooze" | "dismiss" | "confirm" | "assign" | "create_task" | "create_opportunity" | "note" | "map_account" | "reopen" | "undo" | "continuation";
        /** @description One thing that happened. */
        Activity: {
            /** @description What was done, such as `handle`. */
            action: string;
            /** @description Who did it; null for Momentum itself. */
            actor?: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description More about it, for people. */
            detail?: string | null;
        };
        /** @description A key, without its secret. */
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Which one. */
            id: components["schemas"]["ApiKeyId"];
            /**
             * Format: date-time
             * @description When it was last used, to about five minutes.
             */
            last_used_at?: string | null;
            /** @description What the tenant calls it. */
            name: string;
            /** @description What it may do. */
            scopes: string[];
        };
        /** @description An id that begins with `key_`. */
        ApiKeyId: string;
        /** @description All keys that work. */
        ApiKeyList: {
            /** @description The newest first. */
            items: components["schemas"]["ApiKey"][];
        };
        /** @description Who did it. */
        AuditActor: {
            /** @description Which one. */
            id: string;
            /** @description `member` or `api_key`. */
            kind: string;
            /** @description The name at that time. */
            name: string;
        };
        /** @description One entry as its readers see it. */
        AuditEntry: {
            /** @description What, as `object.verb`. */
            action: string;
            actor?: components["schemas"]["AuditActor"] | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What else there is to know. */
            detail: unknown;
            /** @description Which entry. */
            id: components["schemas"]["AuditEntryId"];
            /** @description From which address. */
            ip?: string | null;
            /** @description To what. */
            object: components["schemas"]["AuditObject"];
        };
        /** @description An id that begins with `aud_`. */
        AuditEntryId: string;
        /** @description One page of audit entries, newest first. */
        AuditEntryPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["AuditEntry"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description What it was done to. */
        AuditObject: {
            /** @description Which one, where there is one. */
            id?: string | null;
            /** @description Which kind of thing. */
            type: string;
        };
        /** @description What a check of the whole chain found. */
        AuditVerification: {
            /**
             * Format: int64
             * @description The number of the first entry that was changed or is missing.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description How many entries were checked.
             */
            entries: number;
            /** @description Whether none was changed or is missing. */
            is_intact: boolean;
        };
        /** @description Who said it. */
        Author: {
            /** @description The company. */
            company?: string | null;
            /** @description The e-mail address; people of other companies seldom tell it. */
            email?: string | null;
            /** @description What the author is to the tenant. */
            kind: components["schemas"]["AuthorKind"];
            /** @description The name that Slack shows. */
            name: string;
            /** @description The job title. */
            role?: string | null;
        };
        /** @enum {string} */
        AuthorKind: "customer" | "internal" | "bot";
        /** @description Channel history that is read back. */
        Backfill: {
            channel?: components["schemas"]["NamedRef_ChannelId"] | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at: string;
            /** @description Why it failed or waits. */
            error?: string | null;
            /**
             * Format: date-time
             * @description When it was done, failed or cancelled.
             */
            finished_at?: string | null;
            /** @description Its id. */
            id: components["schemas"]["BackfillId"];
            /**
             * Format: int64
             * @description Messages that were read, known ones included.
             */
            messages: number;
            /**
             * Format: date-time
             * @description When Slack is asked for the next page.
             */
            next_request_at?: string | null;
            /**
             * Format: date-time
             * @description The oldest message so far.
             */
            oldest_reached?: string | null;
            /** @description What Slack allows. */
            profile: components["schemas"]["HistoryProfile"];
            /** @description Why. */
            reason: components["schemas"]["BackfillReason"];
            /**
             * Format: int32
             * @description How many days back.
             */
            requested_days: number;
            /**
             * Format: int32
             * @description Channels that could not be read, because the bot is not in them any more.
             */
            skipped_channels: number;
            /** @description How far it is. */
            state: components["schemas"]["BackfillState"];
        };
        /** @description An id that begins with `bkf_`. */
        BackfillId: string;
        /** @description One page of backfills, newest first. */
        BackfillPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Backfill"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @enum {string} */
        BackfillReason: "requested" | "gap";
        /** @enum {string} */
        BackfillState: "queued" | "running" | "waiting" | "done" | "failed" | "cancelled";
        /** @description What came of mapping several channels. What has no error is mapped. */
        BulkMapped: {
            /** @description What could not be mapped. */
            errors: components["schemas"]["BulkMappingError"][];
            /** @description Channels that were mapped. */
            mapped: number;
            /** @description Signals that have an account now. */
            signals_released: number;
        };
        /** @description Several channels and whose they shall be. */
        BulkMapping: {
            /** @description At most 200. */
            items: components["schemas"]["BulkMappingItem"][];
        };
        /** @description Why one of the items was not mapped. */
        BulkMappingError: {
            /** @description Which item, counted from 0. */
            index: number;
            /** @description Why. */
            message: string;
        };
        /** @description A channel and whose it shall be. */
        BulkMappingItem: {
            /** @description The account. */
            account_id: components["schemas"]["AccountId"];
            /** @description The channel. */
            channel_id: components["schemas"]["ChannelId"];
        };
        /** @description What is to change; what is not named stays. */
        ChangeConnection: {
            /** @description Slack: public channels whose names match one of these patterns are joined by themselves; `*` stands for anything. */
            auto_join?: string[] | null;
            history_profile?: components["schemas"]["HistoryProfile"] | null;
        };
        /** @description What a person chooses. The other fields of `NotificationPreferences` may be sent along and change nothing. */
        ChangeNotificationPreferences: {
            /**
             * Format: int32
             * @description How many alerts a day at most, up to 500.
             */
            daily_budget: number;
            /** @description By which ways. */
            delivery: components["schemas"]["NoticeWays"];
            /** @description What in digests. */
            digest: components["schemas"]["DigestChoice"];
            /** @description What at once. */
            immediate: components["schemas"]["Immediate"];
            /** @description When not. */
            quiet_hours: components["schemas"]["QuietHours"];
            /**
             * @description IANA name.
             * @example Europe/Berlin
             */
            timezone: string;
            timezone_source?: components["schemas"]["ZoneSource"] | null;
        };
        /** @description Says who is told of which signals. */
        ChangeNotificationRoutes: {
            /** @description The rules. */
            rules: components["schemas"]["NotificationRule"][];
            team_channel?: components["schemas"]["RouteChannel"] | null;
        };
        /** @description A Slack channel as the tenant knows it. */
        Channel: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /** @description What sort of channel it is. */
            class: components["schemas"]["ChannelClass"];
            /** @description Its id. */
            id: components["schemas"]["ChannelId"];
            /** @description Whether it is archived in Slack. */
            is_archived: boolean;
            /** @description Whether people of another company are in it. */
            is_external: boolean;
            /** @description Whether our bot is in it. */
            is_member: boolean;
            /** @description Whether only its members see it. */
            is_private: boolean;
            /** @description How our bot stands to it. */
            join_state: components["schemas"]["JoinState"];
            /**
             * Format: date-time
             * @description When somebody last wrote in it.
             */
            last_message_at?: string | null;
            /** @description Whether its messages are looked at. */
            monitored: boolean;
            /** @description Its name, without `#`. */
            name: string;
            /**
             * Format: int64
             * @description How many people are in it, where Slack told.
             */
            num_members?: number | null;
            /** @description Slack's id. */
            slack_channel_id: string;
            suggestion?: components["schemas"]["AccountSuggestion"] | null;
        };
        /** @enum {string} */
        ChannelClass: "customer" | "support" | "feedback" | "escalations" | "customer_success" | "sales" | "engineering" | "general" | "random" | "internal" | "dm";
        /** @description How many in one channel. */
        ChannelCount: {
            /** @description The channel. */
            channel: components["schemas"]["NamedRef_ChannelId"];
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
        };
        /** @description An id that begins with `chn_`. */
        ChannelId: string;
        /** @description Whose a channel is. */
        ChannelMapping: {
            /** @description Whose it is. */
            account: components["schemas"]["NamedRef_AccountId"];
            /** @description The channel. */
            channel: components["schemas"]["NamedRef_ChannelId"];
            /**
             * Format: int32
             * @description How sure that is, 0 to 100.
             */
            confidence: number;
            /**
             * Format: date-time
             * @description Since when.
             */
            mapped_at: string;
            /** @description Why. */
            reason: string;
            /** @description Who says so: `manual`, `matcher` or `import`. */
            source: string;
        };
        /** @description One page of channel mappings, by the channel's name. */
        ChannelMappingPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["ChannelMapping"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description One page of channels, by name. */
        ChannelPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Channel"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A tenant's install of Slack or a CRM, and how it is doing. */
        Connection: {
            /**
             * Format: date-time
             * @description Until when the vendor is left alone, because it failed too often in a row; null when it is asked.
             */
            circuit_open_until?: string | null;
            /**
             * Format: int64
             * @description What failed for good.
             */
            dead_letters: number;
            /**
             * Format: int64
             * @description Records written in the last 24 hours; null for Slack, which keeps no records of ours.
             */
            delivered_24h?: number | null;
            /** @description The Slack workspace's or the org's id. */
            external_id: string;
            /** @description Stretches of time in which the vendor did not tell us everything, the latest first, at most ten. */
            gaps: components["schemas"]["Gap"][];
            /** @description Its id. */
            id: components["schemas"]["ConnectionId"];
            last_error?: components["schemas"]["ConnectionFailure"] | null;
            /**
             * Format: date-time
             * @description When it last worked.
             */
            last_success_at?: string | null;
            /** @description Scopes that we ask for and that were not granted: connect again to add them. */
            missing_scopes: string[];
            /** @description The Slack workspace's or the org's name. */
            name: string;
            /**
             * Format: int64
             * @description What waits: events of a Slack workspace to be taken in, records to be written to a CRM.
             */
            queue_depth: number;
            quota?: components["schemas"]["Quota"] | null;
            /** @description What was chosen. */
            settings: components["schemas"]["SettingsView"];
            /** @description Whether it works. */
            status: components["schemas"]["ConnectionStatus"];
            /** @description Why it does not. */
            status_reason?: string | null;
            /** @description How long the credential is good for. */
            token: components["schemas"]["TokenHealth"];
            /** @description Whose software it is. */
            vendor: components["schemas"]["Vendor"];
        };
        /** @description What went wrong. */
        ConnectionFailure: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What, in the vendor's words. */
            message: string;
        };
        /** @description An id that begins with `cnn_`. */
        ConnectionId: string;
        /** @description The tenant's connections. */
        ConnectionList: {
            /** @description Slack first, then by name. */
            items: components["schemas"]["Connection"][];
        };
        /** @description The mapping of one CRM. */
        ConnectionMapping: {
            /** @description The connection. */
            connection_id: components["schemas"]["ConnectionId"];
            /** @description What the CRM's accounts have; empty until it was asked, which happens with the first sync. */
            crm_fields: components["schemas"]["MappableField"][];
            /** @description Every field of ours, mapped or not. */
            fields: components["schemas"]["MappedField"][];
            /** @description Its CRM, such as `salesforce`. */
            system: string;
        };
        /** @enum {string} */
        ConnectionStatus: "connected" | "degraded" | "disconnected";
        /** @description What was said around a message. */
        Context: {
            /** @description Up to two later ones. */
            after: components["schemas"]["ContextMessage"][];
            /** @description Up to ten earlier messages, in the order in which they were posted. */
            before: components["schemas"]["ContextMessage"][];
        };
        /** @description Who wrote a message. */
        ContextAuthor: {
            /** @description What the author is to the tenant. */
            kind: components["schemas"]["AuthorKind"];
            /** @description The name that Slack shows. */
            name: string;
            /** @description The job title. */
            role?: string | null;
        };
        /** @description One message of a conversation. */
        ContextMessage: {
            /** @description Who wrote it. */
            author: components["schemas"]["ContextAuthor"];
            /** @description Its id. */
            id: components["schemas"]["MessageId"];
            /** @description Whether it was taken back. */
            is_deleted: boolean;
            /** @description Whether its text was changed later. */
            is_edited: boolean;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            posted_at: string;
            /** @description What it says, in Slack's mark-up; empty when it was deleted. */
            text: string;
        };
        /** @enum {string} */
        ContinuationAnswer: "new" | "continuation";
        /** @description "Is this new, or does it continue that signal?" */
        ContinuationQuestion: {
            /** @description The signal that it may continue. */
            parent_id: components["schemas"]["SignalId"];
            /** @description That signal's title. */
            parent_title: string;
            /**
             * Format: double
             * @description How alike they are, 0 to 1.
             */
            similarity: number;
        };
        /** @description An account that no CRM knows yet. */
        CreateAccount: {
            /** @description Its web or e-mail domain, such as `acme.com`. */
            domain?: string | null;
            /** @description Its name. */
            name: string;
        };
        /** @description A key to be made. */
        CreateApiKey: {
            /** @description What to call it. */
            name: string;
            /** @description What it may do; at most what its maker may. */
            scopes: components["schemas"]["Permission"][];
        };
        /** @description History is to be read back. */
        CreateBackfill: {
            channel_id?: components["schemas"]["ChannelId"] | null;
            /**
             * Format: int32
             * @description How many days back; 90 when not given.
             */
            days?: number;
        };
        /** @description A key with its secret, which is never shown again. */
        CreatedApiKey: {
            /** @description Which one. */
            id: components["schemas"]["ApiKeyId"];
            /** @description Send it as `Authorization: Bearer …`. */
            key: string;
            /** @description What it is called. */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Permission"][];
        };
        /** @description The account in the CRM. */
        CrmAccountRef: {
            /** @description The CRM's id. */
            id: string;
            /** @description The CRM, such as `salesforce`. */
            system: string;
            /** @description Where a person can look at it. */
            url?: string | null;
        };
        /** @description How far the opportunity of a signal is, as the CRM says. */
        CrmProgress: {
            /**
             * Format: int64
             * @description The amount in hundredths of the CRM's currency unit.
             */
            amount_minor?: number | null;
            /** @description The CRM's name for the stage. */
            stage: string;
        };
        /** @description A record in a CRM. */
        CrmRecord: {
            /** @description The CRM's id. */
            id: string;
            /** @description The CRM, such as `salesforce`. */
            system: string;
            /** @description The kind of record, such as `task`. */
            type: string;
            /** @description Where a person can look at it. */
            url?: string | null;
        };
        /** @description What the company decides about what is written to its CRM. */
        CrmSettings: {
            /**
             * Format: int32
             * @description An expansion is expected to add so many percent of the account's recurring revenue; null leaves amounts blank.
             */
            expansion_percent?: number | null;
            /**
             * Format: int32
             * @description The month in which the fiscal year begins, 1 to 12: opportunities close at the end of a fiscal quarter.
             */
            fiscal_year_start_month: number;
            /** @description Whether notes on signals also go to the CRM's timeline. */
            notes_to_crm: boolean;
        };
        /** @enum {string} */
        DayOfWeek: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /** @description What failed for good and needs a person. */
        DeadLetter: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /**
             * Format: int32
             * @description How often it was tried.
             */
            attempts: number;
            /** @description Where it should have gone, such as `salesforce`. */
            destination?: string | null;
            /**
             * Format: date-time
             * @description When it was given up.
             */
            failed_at: string;
            /** @description Its id. */
            id: components["schemas"]["DeadLetterId"];
            /** @description What failed. */
            kind: components["schemas"]["DeadLetterKind"];
            /** @description Why it failed, in plain words. */
            reason: string;
            signal?: components["schemas"]["TitledSignal"] | null;
            /** @description What it was, in a few words. */
            title: string;
            /** @description The vendor's error code. */
            vendor_code?: string | null;
            /** @description The vendor's own words. */
            vendor_message?: string | null;
            /** @description What a person can do about it. */
            what_to_do: string;
        };
        /** @description An id that begins with `dl_`. */
        DeadLetterId: string;
        /** @enum {string} */
        DeadLetterKind: "delivery" | "message" | "job";
        /** @description One page of dead letters, the latest first. */
        DeadLetterPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["DeadLetter"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description One write to one destination. */
        Delivery: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /**
             * Format: int32
             * @description How often it was tried in vain.
             */
            attempts: number;
            error?: components["schemas"]["DeliveryErrorInfo"] | null;
            found?: components["schemas"]["FoundInCrm"] | null;
            /** @description Its id. */
            id: components["schemas"]["DeliveryId"];
            /** @description Whether the record was there already and this signal was only linked to it. */
            is_linked: boolean;
            /** @description Why the last try failed, or what it waits for. */
            last_error?: string | null;
            /**
             * Format: date-time
             * @description When it is tried again.
             */
            next_attempt_at?: string | null;
            record?: components["schemas"]["CrmRecord"] | null;
            /** @description What is written. */
            record_type: components["schemas"]["RecordType"];
            signal?: components["schemas"]["DeliverySignal"] | null;
            signal_id?: components["schemas"]["SignalId"] | null;
            /** @description How far it is. */
            state: components["schemas"]["DeliveryState"];
            /** @description Where to, such as `salesforce`. */
            system: string;
            undo?: components["schemas"]["DeliveryUndo"] | null;
            /**
             * Format: date-time
             * @description When this last changed.
             */
            updated_at: string;
        };
        /** @description A refusal in the vendor's words. */
        DeliveryErrorInfo: {
            /** @description The vendor's code, such as `REQUIRED_FIELD_MISSING`; empty when it gave none. */
            code: string;
            /** @description The vendor's field, where it names one. */
            field?: string | null;
            /** @description The vendor's words. */
            message: string;
        };
        /** @description An id that begins with `dlv_`. */
        DeliveryId: string;
        /** @description One page of deliveries, the latest change first. */
        DeliveryPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Delivery"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A signal by its title. */
        DeliverySignal: {
            /** @description Its id. */
            id: components["schemas"]["SignalId"];
            /** @description Its title. */
            title: string;
        };
        /** @enum {string} */
        DeliveryState: "none" | "waiting_for_mapping" | "pending" | "delivered" | "dead_letter" | "discarded";
        /** @description Whether a delivery can be taken back. */
        DeliveryUndo: {
            /** @description Why not, or what was done instead. */
            reason?: string | null;
            /** @description How that stands. */
            state: components["schemas"]["UndoPossibility"];
        };
        /** @description Which digests a person wants, at local times. */
        DigestChoice: {
            /** @description Every day; not on weekends when those are quiet. */
            daily: boolean;
            /**
             * @description `HH:MM`; the weekly digest comes at the same time.
             * @example 09:00
             */
            daily_at: string;
            /** @description Every week. */
            weekly: boolean;
            /** @description On this day. */
            weekly_day: components["schemas"]["DayOfWeek"];
        };
        /** @enum {string} */
        Direction: "read" | "write";
        /** @description Why a dead letter is given up. */
        Discard: {
            /** @description Why, for whoever looks later. */
            reason: string;
        };
        /** @description Why a delivery is given up. */
        DiscardDelivery: {
            /** @description Why, for whoever looks later. */
            reason: string;
        };
        /** @enum {string} */
        DismissReason: "not_a_signal" | "wrong_account" | "duplicate" | "already_known" | "resolved" | "other";
        /** @description One reason behind a confidence. */
        Evidence: {
            /**
             * Format: int64
             * @description Byte offset after the quote; null without a quote.
             */
            end?: number | null;
            /** @description The words, verbatim from the message. */
            quote?: string | null;
            /** @description Why they count, for a sales rep. */
            reason: string;
            /**
             * Format: int64
             * @description Byte offset of the quote in the message; null without a quote.
             */
            start?: number | null;
            /** @description Where it comes from, such as `phrase` or `sender`. */
            term: string;
            /**
             * Format: double
             * @description Log-odds: positive speaks for the signal, negative against.
             */
            weight: number;
        };
        /** @description An address that the mail server refuses for good. */
        FailingAddress: {
            /** @description In the server's words. */
            reason: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
        };
        /** @description What shall stand for a field of ours. */
        FieldChoice: {
            /** @description The CRM's; null for none. */
            crm_field?: string | null;
            /** @description Ours. */
            momentum_field: components["schemas"]["MomentumField"];
            /** @description Who wins; the CRM when not given. */
            wins?: components["schemas"]["Wins"];
        };
        /** @description One field that needs another value. */
        FieldError: {
            /** @description What is wrong, for programs: `missing` or `invalid`, or what the route documents. */
            code: string;
            /** @description Which field, as a path (`filters[0].kind`). */
            field: string;
            /** @description What is wrong and what would be right, for people. */
            message: string;
        };
        /** @description The mappings of all CRM connections. */
        FieldMappings: {
            /** @description One for each connected CRM. */
            connections: components["schemas"]["ConnectionMapping"][];
        };
        /** @description Who works on the account already, as the CRM says. */
        FollowingUp: {
            /** @description The CRM's name or e-mail address of that person, where it is known. */
            owner?: string | null;
            /** @description The open activity. */
            url?: string | null;
        };
        /** @enum {string} */
        FoundInCrm: "there" | "changed" | "missing" | "twins";
        /** @description A stretch of time in which the vendor did not tell us everything. */
        Gap: {
            /**
             * Format: date-time
             * @description Until when; null while it lasts.
             */
            ended_at?: string | null;
            /** @description Why. */
            reason: string;
            /**
             * Format: date-time
             * @description From when.
             */
            started_at: string;
        };
        /** @enum {string} */
        HistoryProfile: "marketplace" | "throttled" | "internal";
        /** @description What a person wants to know at once. The rest goes into the digest. */
        Immediate: {
            /** @description Of these kinds. */
            kinds: components["schemas"]["SignalKind"][];
            /**
             * Format: int32
             * @description From this confidence on, 0 to 100.
             */
            min_confidence: number;
        };
        /** @description A file that becomes history. */
        Import: {
            /**
             * Format: int32
             * @description Channels that are done.
             */
            channels_done: number;
            /**
             * Format: int32
             * @description Channels in the file.
             */
            channels_total: number;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at: string;
            /** @description Why it failed, in words that a person can act on. */
            error?: string | null;
            /** @description The file's name, as the person gave it. */
            file_name: string;
            /**
             * Format: date-time
             * @description When it was done or failed.
             */
            finished_at?: string | null;
            /** @description Its id. */
            id: components["schemas"]["ImportId"];
            /** @description What sort of file it is: `slack_export`. */
            kind: string;
            /**
             * Format: int64
             * @description Messages that were read, known ones and skipped ones included.
             */
            messages_done: number;
            /**
             * Format: int64
             * @description Messages in the file, lines that Slack wrote itself included.
             */
            messages_total: number;
            /**
             * Format: int64
             * @description Signals that were opened.
             */
            signals_found: number;
            /**
             * Format: int64
             * @description What was read and is no message: joins, topics, deleted messages.
             */
            skipped: number;
            /** @description How far it is. */
            state: components["schemas"]["ImportState"];
        };
        /** @description One row of an imported list. */
        ImportedMapping: {
            /** @description The account as written, quoted likewise. */
            account: string;
            /** @description The channel as written; what a spreadsheet would take for a formula is quoted. */
            channel: string;
            /**
             * Format: int64
             * @description The line in the file, counted from 1.
             */
            line: number;
            /** @description Why it does nothing, or whose the channel was. */
            message?: string | null;
            /** @description What the row does. */
            outcome: components["schemas"]["ImportOutcome"];
        };
        /** @description What an imported list does, or would do. */
        ImportedMappings: {
            /** @description Rows that do nothing because something is wrong with them. */
            errors: number;
            /** @description Channels that were mapped, or would be. */
            mapped: number;
            /** @description Its rows in order. */
            rows: components["schemas"]["ImportedMapping"][];
        };
        /** @description An id that begins with `imp_`. */
        ImportId: string;
        /** @enum {string} */
        ImportOutcome: "map" | "same" | "remap" | "error";
        /** @description One page of imports. */
        ImportPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Import"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /**
         * @description How far an import is.
         * @enum {string}
         */
        ImportState: "queued" | "running" | "done" | "failed";
        /** @description Somebody may join. */
        InvitedMember: {
            /** @description Signs them in once, within seven days. Give it to them: nothing is mailed. */
            invite_link: string;
            /** @description Who. */
            member: components["schemas"]["Member"];
        };
        /** @description Somebody is to join. */
        InviteMember: {
            /**
             * Format: email
             * @description Where they will sign in.
             */
            email: string;
            /** @description What they are called. */
            name: string;
            /** @description What they will be. */
            role: components["schemas"]["Role"];
        };
        /** @enum {string} */
        JoinState: "member" | "can_join" | "joining" | "needs_invite" | "archived";
        /** @description How many of one kind. */
        KindCount: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description The kind. */
            kind: components["schemas"]["SignalKind"];
        };
        /** @description Whether mail reaches a person. */
        MailReach: {
            /** @description This installation has a mail server; without one nothing is mailed. */
            configured: boolean;
            failing?: components["schemas"]["FailingAddress"] | null;
        };
        /** @description Whose a channel shall be. */
        MapChannel: {
            /** @description The account. */
            account_id: components["schemas"]["AccountId"];
        };
        /** @description A field of the CRM's accounts. */
        MappableField: {
            /** @description Whether the company made it itself. */
            is_custom: boolean;
            /** @description Whether Momentum's user may write it. */
            is_writable: boolean;
            /** @description What it holds. */
            kind: components["schemas"]["ValueKind"];
            /** @description The name that people see. */
            label: string;
            /** @description The name the CRM's API takes. */
            name: string;
            /** @description The values of a picklist. */
            options: string[];
        };
        /** @description A field of ours and what stands for it. */
        MappedField: {
            /** @description The CRM's field; null when none stands for it. */
            crm_field?: string | null;
            /** @description Which way it goes. */
            direction: components["schemas"]["Direction"];
            /** @description What it holds. */
            kind: components["schemas"]["ValueKind"];
            /** @description The name that people see. */
            label: string;
            /** @description Ours. */
            momentum_field: components["schemas"]["MomentumField"];
            /** @description What is wrong with the choice. */
            warning?: string | null;
            /** @description Who wins when both changed. */
            wins: components["schemas"]["Wins"];
        };
        /** @description The person who is signed in. */
        Me: {
            /** @description Send it as `X-CSRF-Token` with every write. */
            csrf_token: string;
            /** @description What they are in this tenant. */
            member: components["schemas"]["MyMember"];
            /** @description What they may do. */
            permissions: components["schemas"]["Permission"][];
            /** @description What they prefer. */
            preferences: components["schemas"]["Preferences"];
            /** @description The company. */
            tenant: components["schemas"]["Tenant"];
            /** @description Who signs in. */
            user: components["schemas"]["MyUser"];
        };
        /** @description A person in this tenant. */
        Member: {
            /** @description Where they sign in. */
            email: string;
            /** @description Who, in this tenant. */
            id: components["schemas"]["MemberId"];
            /** @description Whether they may sign in. */
            is_active: boolean;
            /** @description What they are called here. */
            name: string;
            /** @description What they are. */
            role: components["schemas"]["Role"];
            /** @description Who they are in Slack: by e-mail address, unless somebody said so. */
            slack_user_id?: string | null;
            /** @description Their time zone, where known: an IANA name. */
            timezone?: string | null;
            /** @description Who signs in. */
            user_id: components["schemas"]["UserId"];
        };
        /** @description How many of the accounts that one member owns. */
        MemberCount: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            member?: components["schemas"]["NamedRef_MemberId"] | null;
        };
        /** @description An id that begins with `mem_`. */
        MemberId: string;
        /** @description All people of the tenant. */
        MemberList: {
            /** @description By name. */
            items: components["schemas"]["Member"][];
        };
        /** @description An id that begins with `msg_`. */
        MessageId: string;
        /** @enum {string} */
        MomentumField: "arr" | "renewal_on" | "health_score" | "last_signal_at" | "open_risk_signals" | "open_expansion_signals" | "adoption_score";
        /** @description What a person is in a tenant. */
        MyMember: {
            /** @description Who, in this tenant. */
            id: components["schemas"]["MemberId"];
            /** @description What they are. */
            role: components["schemas"]["Role"];
        };
        /** @description Who signs in. */
        MyUser: {
            /** @description Where they sign in. */
            email: string;
            /** @description Whether they have a password, or came by a link and should set one. */
            has_password: boolean;
            /** @description Who. */
            id: components["schemas"]["UserId"];
            /** @description What they are called here. */
            name: string;
        };
        /** @description Something with an id and a name. */
        NamedRef_AccountId: {
            /** @description An id that begins with `acc_`. */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description Something with an id and a name. */
        NamedRef_ChannelId: {
            /** @description An id that begins with `chn_`. */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description Something with an id and a name. */
        NamedRef_ConnectionId: {
            /** @description An id that begins with `cnn_`. */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description Something with an id and a name. */
        NamedRef_MemberId: {
            /** @description An id that begins with `mem_`. */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description Something with an id and a name. */
        NamedRef_SignalId: {
            /** @description An id that begins with `sig_`. */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description When digests come. */
        NextDigests: {
            /**
             * Format: date-time
             * @description The daily one; null when it is off.
             */
            daily_at?: string | null;
            /**
             * Format: date-time
             * @description The weekly one; null when it is off.
             */
            weekly_at?: string | null;
        };
        /** @enum {string} */
        NoticePurpose: "alert" | "daily_digest" | "weekly_digest" | "system";
        /** @enum {string} */
        NoticeReason: "less_sure" | "other_kind" | "rule" | "quiet_hours" | "budget" | "same_message" | "reassigned" | "dealt_with" | "nothing_to_say" | "no_way" | "address_failing" | "customers_read" | "left" | "gave_up" | "refused";
        /** @enum {string} */
        NoticeState: "held" | "pending" | "sent" | "suppressed" | "failed";
        /** @enum {string} */
        NoticeTiming: "at_once" | "digest";
        /** @enum {string} */
        NoticeWay: "slack_dm" | "slack_channel" | "email";
        /**
         * @description By which ways a person is told. Alerts go by Slack where both are on and Slack reaches the person; digests go by every
         *     way that is on.
         */
        NoticeWays: {
            /** @description Mails. */
            email: boolean;
            /** @description Direct messages. */
            slack: boolean;
        };
        /** @description One notice, for the people it concerns. */
        Notification: {
            /**
             * Format: date-time
             * @description When it is, or was, due.
             */
            due_at: string;
            /** @description Which. */
            id: components["schemas"]["NotificationId"];
            /** @description For what. */
            purpose: components["schemas"]["NoticePurpose"];
            reason?: components["schemas"]["NoticeReason"] | null;
            /**
             * Format: date-time
             * @description When it was sent.
             */
            sent_at?: string | null;
            signal?: components["schemas"]["NamedRef_SignalId"] | null;
            /** @description How it stands. */
            state: components["schemas"]["NoticeState"];
            /** @description By which way. */
            way: components["schemas"]["NoticeWay"];
        };
        /** @description An id that begins with `ntf_`. */
        NotificationId: string;
        /** @description One page of notices, newest first. */
        NotificationPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Notification"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description How a person is told. */
        NotificationPreferences: {
            /**
             * Format: int32
             * @description How many alerts a day at most; the rest goes into the digest.
             */
            daily_budget: number;
            /** @description By which ways. */
            delivery: components["schemas"]["NoticeWays"];
            /** @description What in digests. */
            digest: components["schemas"]["DigestChoice"];
            /** @description Whether mail reaches the person. */
            email: components["schemas"]["MailReach"];
            /** @description What at once. */
            immediate: components["schemas"]["Immediate"];
            /** @description Who. */
            member_id: components["schemas"]["MemberId"];
            /** @description When the next digests come. */
            next: components["schemas"]["NextDigests"];
            /** @description When not. */
            quiet_hours: components["schemas"]["QuietHours"];
            /** @description Whether Slack reaches the person. */
            slack: components["schemas"]["SlackReach"];
            /**
             * @description IANA name; all times here are local to it.
             * @example Europe/Berlin
             */
            timezone: string;
            /** @description How we know. */
            timezone_source: components["schemas"]["ZoneSource"];
        };
        /** @description A notice as a mail. */
        NotificationPreview: {
            /** @description As HTML. */
            html: string;
            /** @description Its subject. */
            subject: string;
            /** @description As text. */
            text: string;
        };
        /** @description Who is told of which signals. */
        NotificationRoutes: {
            /** @description The rules; all that fit count. */
            rules: components["schemas"]["NotificationRule"][];
            team_channel?: components["schemas"]["RouteChannel"] | null;
        };
        /** @description One rule of a tenant. All rules that fit a signal count; whom two of them name is told once, as soon as either says. */
        NotificationRule: {
            /** @description Signals of these kinds; empty: of all. */
            kinds: components["schemas"]["SignalKind"][];
            /**
             * Format: int32
             * @description From this confidence on, 0 to 100.
             */
            min_confidence: number;
            /**
             * @description `owner` (of the signal, else of its account; where there is none, the managers, else the company's owner),
             *     `manager`, `team_channel`, or `role:` and a role.
             * @example owner
             */
            to: string;
            /** @description When. What a person chose for themselves may put it off, never forward. */
            when: components["schemas"]["NoticeTiming"];
        };
        /** @enum {string} */
        Permission: "accounts:read" | "accounts:see_all" | "accounts:write" | "api_keys:read" | "api_keys:write" | "audit:read" | "channels:read" | "channels:write" | "connections:read" | "connections:write" | "dead_letters:read" | "dead_letters:write" | "deliveries:read" | "deliveries:write" | "field_mappings:read" | "field_mappings:write" | "imports:read" | "imports:write" | "members:read" | "members:write" | "notifications:admin" | "notifications:read" | "notifications:write" | "roles:read" | "signals:act" | "signals:read";
        /** @description What would be written. */
        Plan: {
            /** @description How many there are of each. */
            counts: components["schemas"]["PlanCounts"];
            /** @description There is more than is shown and counted. */
            has_more: boolean;
            /** @description The latest first, at most 200. */
            would_write: components["schemas"]["PlannedWrite"][];
        };
        /** @description How many writes of each kind there would be. */
        PlanCounts: {
            comment: number;
            create: number;
            skip: number;
            update: number;
        };
        /** @enum {string} */
        PlannedAction: "create" | "update" | "comment" | "skip";
        /** @description What would stand in a field. */
        PlannedField: {
            /** @description What would stand there. */
            after?: string | null;
            /** @description What we believe stands there. */
            before?: string | null;
            /** @description The name that people see. */
            label: string;
            /** @description The field. */
            name: string;
        };
        /** @description One write that would happen, or would not. */
        PlannedWrite: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /** @description What would happen. */
            action: components["schemas"]["PlannedAction"];
            /** @description What would stand where. */
            fields: components["schemas"]["PlannedField"][];
            /** @description Why it would happen, or why not. */
            reason?: string | null;
            /** @description What. */
            record_type: components["schemas"]["RecordType"];
            signal?: components["schemas"]["DeliverySignal"] | null;
            /** @description Where to. */
            system: string;
        };
        /** @description What a person prefers in this tenant. */
        Preferences: {
            /**
             * @description Whether single keys act on the feed.
             * @default true
             */
            keyboard_shortcuts: boolean;
        };
        /** @description What to look at. */
        PreviewDeliveries: {
            connection_id?: components["schemas"]["ConnectionId"] | null;
            /**
             * Format: int64
             * @description `threshold` and `import`: how many days back, 1 to 90; 14 when not given.
             */
            days?: number | null;
            /** @description `field_mapping`: the choices; what is not named stays. */
            fields?: components["schemas"]["FieldChoice"][];
            /** @description What changes. */
            kind: components["schemas"]["PreviewKind"];
            thresholds?: components["schemas"]["PreviewThresholds"] | null;
        };
        /** @enum {string} */
        PreviewKind: "threshold" | "field_mapping" | "import";
        /** @description Which notice to look at. */
        PreviewNotification: {
            /** @description For what. */
            purpose: components["schemas"]["NoticePurpose"];
        };
        /** @description Thresholds to try, 0 to 100. */
        PreviewThresholds: {
            /**
             * Format: int32
             * @description From here an expansion becomes an opportunity.
             */
            opportunity?: number | null;
            /**
             * Format: int32
             * @description From here a task is made.
             */
            task?: number | null;
        };
        /** @description An error answer (`application/problem+json`, RFC 9457). */
        Problem: {
            /** @description What happened, for programs. */
            code: string;
            /** @description What happened this time, and what to do. */
            detail?: string | null;
            /** @description The fields at fault. */
            errors: components["schemas"]["FieldError"][];
            /** @description Names this request in our logs. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description What happened, in one sentence. */
            title: string;
            /** @description A name for this type of problem: `urn:momentum:problem:` and the code. */
            type: string;
        };
        /** @description What to map. A field that is not named stays as it is. */
        PutFieldMapping: {
            /** @description The choices. */
            fields: components["schemas"]["FieldChoice"][];
        };
        /** @description When a person is left alone: alerts are held, never dropped. */
        QuietHours: {
            /** @description Whether there are any. */
            enabled: boolean;
            /**
             * @description `HH:MM`, local.
             * @example 20:00
             */
            from: string;
            /**
             * @description `HH:MM`, local; before `from` it is the next morning.
             * @example 08:00
             */
            to: string;
            /** @description All of Saturday and Sunday too. */
            weekends: boolean;
        };
        /** @description What a vendor last said of our budget of calls. */
        Quota: {
            /**
             * Format: int64
             * @description Calls allowed in it.
             */
            limit: number;
            /**
             * Format: int64
             * @description Calls made in the window, by all of the customer's tools where the vendor counts them together.
             */
            used: number;
            /**
             * Format: int64
             * @description How long the window is.
             */
            window_seconds: number;
        };
        /** @description What to do about a signal. */
        Recommendation: {
            /** @description One of a closed set. */
            action: string;
            /** @description The words on the button. */
            label: string;
            /** @description Why, stating only what is known. */
            reason: string;
        };
        /** @description What one night's comparison came to. */
        Reconciliation: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int64
             * @description Those that no longer carry our id.
             */
            changed: number;
            /**
             * Format: int64
             * @description Records that we believed to be there.
             */
            checked: number;
            /** @description With which CRM. */
            connection: components["schemas"]["NamedRef_ConnectionId"];
            /**
             * Format: int64
             * @description Records that were found there, or linked, instead of being made a second time, since the comparison before.
             */
            duplicates_prevented: number;
            /** @description Its id. */
            id: components["schemas"]["ReconciliationId"];
            /**
             * Format: int64
             * @description Those that were not.
             */
            missing: number;
            /**
             * Format: double
             * @description The share that was there, 0 to 1; 1 when there was nothing to check.
             */
            sync_accuracy: number;
            /**
             * Format: int64
             * @description Those that somebody copied with our id, or that the CRM has twice.
             */
            twins: number;
        };
        /** @description An id that begins with `rec_`. */
        ReconciliationId: string;
        /** @description One page of comparisons, the latest first. */
        ReconciliationPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Reconciliation"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @enum {string} */
        RecordType: "task" | "opportunity" | "note" | "account_fields";
        /** @description What cannot be taken back, and why. */
        RefusedUndo: {
            /** @description The delivery. */
            delivery: components["schemas"]["Delivery"];
            /** @description Why it stays. */
            reason: string;
        };
        /** @description Something that belongs to the same account. */
        RelatedRecord: {
            /**
             * Format: date-time
             * @description When it was said, or written.
             */
            at: string;
            /** @description The signal's id, or the CRM's. */
            id: string;
            kind?: components["schemas"]["SignalKind"] | null;
            /** @description A signal's state. */
            status?: string | null;
            /** @description A short title. */
            title: string;
            /** @description What it is. */
            type: components["schemas"]["RelatedType"];
            /** @description Where a person can look at it. */
            url?: string | null;
        };
        /** @enum {string} */
        RelatedType: "signal" | "task" | "opportunity";
        /** @description How many dead letters are being tried again. */
        Retried: {
            /** @description How many. */
            retried: number;
        };
        /** @description How many deliveries are being tried again. */
        RetriedDeliveries: {
            /** @description How many. */
            retried: number;
        };
        /** @description Which dead letters shall be tried again. */
        RetryAll: {
            /** @description Only those for this destination; all when not given. */
            destination?: string | null;
        };
        /** @description Which deliveries shall be tried again. What is there, on its way, undone or was suppressed is left alone. */
        RetryDeliveries: {
            /** @description Only those with this code of the vendor. */
            error_code?: string | null;
            state?: components["schemas"]["DeliveryState"] | null;
            /** @description Only those for this CRM. */
            system?: string | null;
        };
        /**
         * @description What a member is in a tenant. What each may do stands in `policy.csv`.
         * @enum {string}
         */
        Role: "owner" | "admin" | "manager" | "vp" | "rep" | "csm" | "viewer";
        /** @description A role and what it allows. */
        RoleDescription: {
            /** @description Its name for people. */
            label: string;
            /** @description What its members may do. */
            permissions: components["schemas"]["Permission"][];
            /** @description Which one. */
            role: components["schemas"]["Role"];
        };
        /** @description All roles. */
        RoleList: {
            /** @description The most powerful first. */
            items: components["schemas"]["RoleDescription"][];
        };
        /** @description A Slack channel of the team. */
        RouteChannel: {
            /** @description Its name. */
            name?: string;
            /** @description Slack's id. */
            slack_channel_id: string;
        };
        /** @description A scope, and what it is for. */
        ScopeReason: {
            /** @description The vendor's name for it. */
            scope: string;
            /** @description What the product does with it. */
            why: string;
        };
        /** @enum {string} */
        Sentiment: "positive" | "neutral" | "negative" | "urgent";
        /** @description A new password. */
        SetPassword: {
            /**
             * Format: password
             * @description The present one; required when there is one.
             */
            current_password?: string | null;
            /**
             * Format: password
             * @description At least ten characters.
             */
            new_password: string;
        };
        /** @description What was chosen for a connection. */
        SettingsView: {
            /** @description Slack: patterns of the channels that are joined by themselves; empty for a CRM. */
            auto_join: string[];
            history_profile?: components["schemas"]["HistoryProfile"] | null;
            /** @description Whether it is a sandbox. */
            sandbox: boolean;
        };
        /** @description What people see of a message that matters. */
        Signal: {
            account?: components["schemas"]["NamedRef_AccountId"] | null;
            /** @description Who said it. */
            author: components["schemas"]["Author"];
            /** @description Where it was said. */
            channel: components["schemas"]["SignalChannel"];
            /**
             * Format: int32
             * @description 0 to 100, calibrated: of the signals shown at 80, about 80 % are confirmed.
             */
            confidence: number;
            /** @description Whether somebody said that it is one (true) or none (false). */
            confirmed?: boolean | null;
            continuation_question?: components["schemas"]["ContinuationQuestion"] | null;
            crm_progress?: components["schemas"]["CrmProgress"] | null;
            /** @description What is in the CRM. */
            crm_records: components["schemas"]["CrmRecord"][];
            /** @description How far the CRM has been told. */
            delivery_state: components["schemas"]["DeliveryState"];
            /**
             * Format: date-time
             * @description When we found it.
             */
            detected_at: string;
            /** @description The reasons behind the confidence, the strongest first. */
            evidence: components["schemas"]["Evidence"][];
            following_up?: components["schemas"]["FollowingUp"] | null;
            /** @description Its id. */
            id: components["schemas"]["SignalId"];
            /** @description What kind of news it is. */
            kind: components["schemas"]["SignalKind"];
            /**
             * Format: int32
             * @description How often it was mentioned.
             */
            occurrences: number;
            owner?: components["schemas"]["NamedRef_MemberId"] | null;
            parent_id?: components["schemas"]["SignalId"] | null;
            /** @description The message in Slack. */
            permalink?: string | null;
            /**
             * Format: float
             * @description -1 (displeased) to 1 (pleased).
             */
            polarity: number;
            /**
             * Format: date-time
             * @description When the message was posted.
             */
            posted_at: string;
            /** @description The sentence that says it, verbatim. */
            quote: string;
            /** @description What to do. */
            recommendation: components["schemas"]["Recommendation"];
            /** @description The label derived from both. */
            sentiment: components["schemas"]["Sentiment"];
            /**
             * Format: date-time
             * @description When it comes back.
             */
            snoozed_until?: string | null;
            /** @description What people have done about it. A snoozed signal whose time has come is `open`. */
            status: components["schemas"]["SignalStatus"];
            /** @description A short title. */
            title: string;
            /**
             * Format: float
             * @description 0 to 1.
             */
            urgency: number;
            /** @description What made it. */
            versions: components["schemas"]["Versions"];
        };
        /** @description An action on a signal. Which fields are needed stands with each action. */
        SignalAction: {
            account_id?: components["schemas"]["AccountId"] | null;
            /** @description What to do. */
            action: components["schemas"]["ActionName"];
            answer?: components["schemas"]["ContinuationAnswer"] | null;
            member_id?: components["schemas"]["MemberId"] | null;
            /** @description `dismiss`: more about it. */
            note?: string | null;
            reason?: components["schemas"]["DismissReason"] | null;
            /** @description `note`: what to write down. */
            text?: string | null;
            /**
             * Format: date-time
             * @description `snooze`: when it shall come back.
             */
            until?: string | null;
        };
        /** @description Where it was said. */
        SignalChannel: {
            /** @description Its id. */
            id: components["schemas"]["ChannelId"];
            /** @description Whether people of another company are in it. */
            is_external: boolean;
            /** @description Its name, without `#`. */
            name: string;
            /** @description Slack's id. */
            slack_channel_id: string;
        };
        /** @description How many signals there are. */
        SignalCounts: {
            /** @description Of each account, the fullest first, at most 200. */
            by_account: components["schemas"]["AccountCount"][];
            /** @description In each channel, the fullest first, at most 200. */
            by_channel: components["schemas"]["ChannelCount"][];
            /** @description Of each kind, also those with none. */
            by_kind: components["schemas"]["KindCount"][];
            /** @description Of the accounts that each member owns, the fullest first. */
            by_member: components["schemas"]["MemberCount"][];
            /** @description In each state, also those with none. */
            by_status: components["schemas"]["StatusCount"][];
            /**
             * Format: int64
             * @description Of these, those of the last 24 hours that are sure enough for an alert.
             */
            high_priority: number;
            /**
             * Format: int64
             * @description Under all filters.
             */
            total: number;
        };
        /** @description A signal with everything that is known about it. */
        SignalDetail: components["schemas"]["Signal"] & {
            /** @description What happened to it, the latest first. */
            activity: components["schemas"]["Activity"][];
            /** @description What was said around it. */
            context: components["schemas"]["Context"];
            /** @description What is, was or will be written to the CRM. */
            deliveries: components["schemas"]["Delivery"][];
            /** @description The message that it was found in. */
            message: components["schemas"]["ContextMessage"];
            /** @description Other signals and CRM records of the same account. */
            related: components["schemas"]["RelatedRecord"][];
            /** @description Accounts that may be meant, the likeliest first; empty once there is one. */
            suggested_accounts: components["schemas"]["AccountSuggestion"][];
        };
        /** @description An id that begins with `sig_`. */
        SignalId: string;
        /** @enum {string} */
        SignalKind: "expansion" | "risk" | "buying_intent" | "usage" | "relationship" | "churn";
        /** @description One page of signals. */
        SignalPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Signal"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @enum {string} */
        SignalStatus: "open" | "handled" | "snoozed" | "dismissed" | "converted";
        /** @description A person signs in. */
        SignIn: {
            /** @description The address the person signed up with. */
            email: string;
            /**
             * Format: password
             * @description Their password.
             */
            password: string;
        };
        /** @description A company signs up with its first person. */
        SignUp: {
            /** @description What the company calls itself. */
            company_name: string;
            /**
             * Format: email
             * @description Where the person signs in.
             */
            email: string;
            /** @description What the person calls themselves. */
            name: string;
            /**
             * Format: password
             * @description At least ten characters.
             */
            password: string;
        };
        /** @description Whether Slack reaches a person. */
        SlackReach: {
            /** @description The company has connected Slack. */
            connected: boolean;
            /** @description We know who the person is there. */
            matched: boolean;
        };
        /** @description How many in one state. */
        StatusCount: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description The state. */
            status: components["schemas"]["SignalStatus"];
        };
        /** @description A company as its own people see it. */
        Tenant: {
            /** @description Which one. */
            id: components["schemas"]["TenantId"];
            /** @description Whether it holds made-up data to look at. */
            is_demo: boolean;
            /** @description What it calls itself. */
            name: string;
        };
        /** @description An id that begins with `ten_`. */
        TenantId: string;
        /** @description A signal by its title. */
        TitledSignal: {
            /** @description Its id. */
            id: components["schemas"]["SignalId"];
            /** @description Its title. */
            title: string;
        };
        /** @description How long a credential is good for. */
        TokenHealth: {
            /**
             * Format: date-time
             * @description When the present access token ends, where the vendor says so.
             */
            expires_at?: string | null;
            /** @description In a word. */
            state: components["schemas"]["TokenState"];
        };
        /** @enum {string} */
        TokenState: "ok" | "expires_soon" | "expired" | "refused";
        /** @description What shall be taken back: single deliveries, or what was written in a stretch of time. */
        UndoDeliveries: {
            /** @description These deliveries, at most 500. */
            delivery_ids?: components["schemas"]["DeliveryId"][] | null;
            /** @description Only say what would happen. */
            dry_run?: boolean;
            /** @description Only what this rule wrote: `task_threshold`, `opportunity_threshold`, `field_mapping`. */
            rule?: string | null;
            /**
             * Format: date-time
             * @description What was written since, at most 90 days ago.
             */
            since?: string | null;
            /**
             * Format: date-time
             * @description What was written until then; now when not given.
             */
            until?: string | null;
        };
        /**
         * @description What is taken back and what is not. What is in the CRM is taken back in the background: its `undo.state` is
         *     `requested` until then, and `refused` with the reason if somebody changed it meanwhile.
         */
        UndoOutcome: {
            /** @description Closed, because the CRM did not let us delete it. */
            closed: components["schemas"]["Delivery"][];
            /** @description There is more than one request takes back; ask again. */
            has_more: boolean;
            /** @description What cannot be taken back. */
            refused: components["schemas"]["RefusedUndo"][];
            /** @description Taken back, being taken back, or, in a dry run, to be taken back. */
            undone: components["schemas"]["Delivery"][];
        };
        /** @enum {string} */
        UndoPossibility: "possible" | "requested" | "undone" | "refused";
        /** @description A channel of which nobody has said whose it is. */
        UnmappedChannel: {
            /** @description The channel. */
            channel: components["schemas"]["Channel"];
            /** @description What somebody in the channel has to post so that our bot can read it; none when it can already, or can join. */
            invite_hint?: string | null;
            /**
             * Format: int64
             * @description Messages of the last 30 days.
             */
            messages_30d: number;
            /** @description Whose it may be, the likeliest first. */
            suggestions: components["schemas"]["AccountSuggestion"][];
            /**
             * Format: int64
             * @description Signals that wait for an account.
             */
            waiting_signals: number;
        };
        /** @description One page of channels without an account: those with the most waiting signals first, then the busiest. */
        UnmappedChannelPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["UnmappedChannel"][];
            /** @description Where the next page begins; null on the last. */
            next_cursor?: string | null;
        };
        /** @description Ends somebody's mails. */
        Unsubscribe: {
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /** @description Mails that ended. */
        Unsubscribed: {
            /** @description Whose, as they recognise it: `a…@example.com`. */
            address_hint: string;
            /** @description What ended: `email`. */
            what: string;
        };
        /** @description What to change of an account. What is not given stays. */
        UpdateAccount: {
            owner_member_id?: components["schemas"]["MemberId"] | null;
        };
        /** @description What to change of a channel. What is not given stays. */
        UpdateChannel: {
            class?: components["schemas"]["ChannelClass"] | null;
            /** @description Whether its messages are looked at. */
            monitored?: boolean | null;
        };
        /** @description What a person changes about themselves. What is left out stays. */
        UpdateMe: {
            /** @description Whether single keys act on the feed. */
            keyboard_shortcuts?: boolean | null;
            /** @description What they are called here. */
            name?: string | null;
        };
        /** @description What changes about somebody. What is left out stays. */
        UpdateMember: {
            /** @description Whether they may sign in. */
            is_active?: boolean | null;
            role?: components["schemas"]["Role"] | null;
            /** @description Who they are in Slack (`U…`); an empty text leaves that to the e-mail address again. */
            slack_user_id?: string | null;
        };
        /** @description An id that begins with `usr_`. */
        UserId: string;
        /** @enum {string} */
        ValueKind: "text" | "number" | "currency" | "date" | "date_time" | "boolean" | "picklist";
        /** @enum {string} */
        Vendor: "slack" | "salesforce" | "hubspot";
        /** @description The vendors that can be connected. */
        VendorList: {
            /** @description Slack first, then the CRMs. */
            items: components["schemas"]["VendorOffer"][];
        };
        /** @description A vendor that can be connected. */
        VendorOffer: {
            /** @description Where a browser begins an installation. */
            connect_url: string;
            /** @description The guide for administrators. */
            guide_url: string;
            /** @description Whether the settings name our app there. */
            is_configured: boolean;
            /** @description What people call it. */
            label: string;
            /** @description The settings that are missing, by the names of their variables. */
            missing_settings: string[];
            /** @description What the vendor is asked for. */
            scopes: components["schemas"]["ScopeReason"][];
            /** @description Whose software it is. */
            vendor: components["schemas"]["Vendor"];
        };
        /** @description What made the signal: the same message under the same versions gives the same signal. */
        Versions: {
            /** @description The version of the tenant's detection settings. */
            config: string;
            /** @description The detector's version. */
            detector: string;
        };
        /** @enum {string} */
        Wins: "crm" | "momentum";
        /** @enum {string} */
        ZoneSource: "chosen" | "slack" | "tenant";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_account_options: {
        parameters: {
            query?: {
                /** @description Words in the name or the domain. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOptions"];
                };
            };
            /** @description What went wrong */
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
    list_accounts: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many accounts at most, 1 to 100; 50 when not given. */
                limit?: number;
                /** @description Who looks after them; `none` for those that nobody does. */
                member_id?: string;
                /** @description Words in the name or the domain. */
                q?: string;
                /** @description The order; `name` when not given. */
                sort?: "name" | "last_signal" | "signals_7d";
                /**
                 * @description How the accounts are doing; all when not given.
                 * @example quiet,at_risk
                 */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description What went wrong */
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
    create_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAccount"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAccount"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
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
    list_api_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description What went wrong */
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
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description What went wrong */
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
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which key. */
                id: components["schemas"]["ApiKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    list_audit_entries: {
        parameters: {
            query?: {
                /** @description Only this action (`signal.viewed`), or all on one kind of object (`signal`). */
                action?: string;
                /** @description Only what this member (`mem_…`) or key (`key_…`) did. */
                actor?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many entries at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            /** @description What went wrong */
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
    verify_audit_entries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            /** @description What went wrong */
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
    list_backfills: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackfillPage"];
                };
            };
            /** @description What went wrong */
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
    create_backfill: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBackfill"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description What went wrong */
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
    get_backfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BackfillId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description What went wrong */
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
    cancel_backfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BackfillId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description What went wrong */
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
    list_channel_mappings: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelMappingPage"];
                };
            };
            /** @description What went wrong */
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
    map_channel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["schemas"]["ChannelId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MapChannel"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description What went wrong */
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
    unmap_channel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["schemas"]["ChannelId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    map_channels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkMapping"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkMapped"];
                };
            };
            /** @description What went wrong */
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
    import_channel_mappings: {
        parameters: {
            query?: {
                /** @description Only say what the list would do; true when not given. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedMappings"];
                };
            };
            /** @description What went wrong */
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
    list_channels: {
        parameters: {
            query?: {
                /** @description Only channels of this account. */
                account_id?: components["schemas"]["AccountId"];
                /** @description Archived channels instead of the others. */
                archived?: boolean;
                /** @description Only channels of this sort. */
                class?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many channels at most, 1 to 100; 50 when not given. */
                limit?: number;
                /** @description Only channels that are (true) or are not (false) mapped to an account. */
                mapped?: boolean;
                /** @description Words in the name. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            /** @description What went wrong */
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
    update_channel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ChannelId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateChannel"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description What went wrong */
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
    join_channel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ChannelId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description It must be invited, or the channel is archived. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    list_unmapped_channels: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnmappedChannelPage"];
                };
            };
            /** @description What went wrong */
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionList"];
                };
            };
            /** @description What went wrong */
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
    disconnect_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ConnectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    change_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ConnectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeConnection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description What went wrong */
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
    check_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ConnectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
            /** @description What went wrong */
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
    sync_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ConnectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    list_vendors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorList"];
                };
            };
            /** @description What went wrong */
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
    get_crm_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrmSettings"];
                };
            };
            /** @description What went wrong */
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
    put_crm_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CrmSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrmSettings"];
                };
            };
            /** @description What went wrong */
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
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["DeadLetterId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Discard"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
                id: components["schemas"]["DeadLetterId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retried"];
                };
            };
            /** @description What went wrong */
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
    list_deliveries: {
        parameters: {
            query?: {
                /** @description Only this account's. */
                account_id?: components["schemas"]["AccountId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many deliveries at most, 1 to 100; 50 when not given. */
                limit?: number;
                /**
                 * @description Kinds of record.
                 * @example task,opportunity
                 */
                record_type?: string;
                /** @description Only this signal's. */
                signal_id?: components["schemas"]["SignalId"];
                /** @description Only what changed since. */
                since?: string;
                /** @description States, separated by commas or repeated. */
                state?: string;
                /** @description CRMs, such as `salesforce`. */
                system?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description What went wrong */
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
    discard_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["DeliveryId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiscardDelivery"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    retry_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["DeliveryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
    preview_deliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewDeliveries"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description What went wrong */
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
    retry_deliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryDeliveries"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedDeliveries"];
                };
            };
            /** @description What went wrong */
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
    undo_deliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoDeliveries"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoOutcome"];
                };
            };
            /** @description What went wrong */
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
    list_field_mappings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FieldMappings"];
                };
            };
            /** @description What went wrong */
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
    put_field_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connection_id: components["schemas"]["ConnectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutFieldMapping"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FieldMappings"];
                };
            };
            /** @description What went wrong */
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
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description What went wrong */
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
    create_import: {
        parameters: {
            query?: never;
            header?: {
                /** @description The file's name */
                "X-File-Name"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/zip": number[];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description What went wrong */
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
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
    set_my_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description What went wrong */
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
    invite_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteMember"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedMember"];
                };
            };
            /** @description What went wrong */
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
    update_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Who. */
                id: components["schemas"]["MemberId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMember"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong */
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
    get_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Who. */
                id: components["schemas"]["MemberId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            /** @description What went wrong */
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
    set_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Who. */
                id: components["schemas"]["MemberId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeNotificationPreferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            /** @description What went wrong */
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
    get_my_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            /** @description What went wrong */
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
    set_my_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeNotificationPreferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            /** @description What went wrong */
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
    preview_notification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewNotification"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreview"];
                };
            };
            /** @description What went wrong */
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
    get_routes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationRoutes"];
                };
            };
            /** @description What went wrong */
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
    set_routes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeNotificationRoutes"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationRoutes"];
                };
            };
            /** @description What went wrong */
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
    list_notifications: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
                /** @description Whose; one's own when not given. Others' need `notifications:admin`. */
                member_id?: components["schemas"]["MemberId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPage"];
                };
            };
            /** @description What went wrong */
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
    openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What went wrong */
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
    list_reconciliations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; the first page has none. */
                cursor?: string;
                /** @description How many items at most, 1 to 100; 50 when not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationPage"];
                };
            };
            /** @description What went wrong */
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
    list_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            /** @description What went wrong */
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
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
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
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
                /** @description Accounts; `none` for signals whose account nobody knows yet. */
                account_id?: string;
                /** @description Channels. */
                channel_id?: string;
                /** @description At most this confidence. */
                confidence_max?: number;
                /** @description At least this confidence. */
                confidence_min?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Kinds, separated by commas or repeated.
                 * @example risk,churn
                 */
                kind?: string;
                /** @description How many signals at most, 1 to 100; 50 when not given. */
                limit?: number;
                /** @description Signals of the accounts that these members own; `none` for those of no owner's accounts. */
                member_id?: string;
                /** @description Words in the title, the quote, or the names of account, channel and author. */
                q?: string;
                /**
                 * @description Attitudes.
                 * @example negative,urgent
                 */
                sentiment?: string;
                /** @description Posted at this time or later (RFC 3339). */
                since?: string;
                /** @description The order; `newest` when not given. */
                sort?: "newest" | "confidence";
                /**
                 * @description States; `open` when not given. A snoozed signal whose time has come is open.
                 * @example open,handled
                 */
                status?: string;
                /** @description Posted before this time (RFC 3339). */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalPage"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["SignalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalDetail"];
                };
            };
            /** @description What went wrong */
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
                id: components["schemas"]["SignalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignalAction"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalDetail"];
                };
            };
            /** @description What went wrong */
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
                /** @description Accounts; `none` for signals whose account nobody knows yet. */
                account_id?: string;
                /** @description Channels. */
                channel_id?: string;
                /** @description At most this confidence. */
                confidence_max?: number;
                /** @description At least this confidence. */
                confidence_min?: number;
                /**
                 * @description Kinds, separated by commas or repeated.
                 * @example risk,churn
                 */
                kind?: string;
                /** @description Signals of the accounts that these members own; `none` for those of no owner's accounts. */
                member_id?: string;
                /** @description Words in the title, the quote, or the names of account, channel and author. */
                q?: string;
                /**
                 * @description Attitudes.
                 * @example negative,urgent
                 */
                sentiment?: string;
                /** @description Posted at this time or later (RFC 3339). */
                since?: string;
                /**
                 * @description States; `open` when not given. A snoozed signal whose time has come is open.
                 * @example open,handled
                 */
                status?: string;
                /** @description Posted before this time (RFC 3339). */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalCounts"];
                };
            };
            /** @description What went wrong */
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
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong */
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
    open_stream: {
        parameters: {
            query?: {
                /** @description Continue after this event, as the header `Last-Event-ID` does. */
                last_event_id?: number;
            };
            header?: {
                /** @description Continue after this event. */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What went wrong */
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
    unsubscribe_by_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Unsubscribe"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unsubscribed"];
                };
            };
            /** @description What went wrong */
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
